import { defineParams } from '../../../contract/params.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'

export const bornAgainTreeParams = defineParams({
  teachers: {
    type: 'models',
    label: 'Teacher',
    default: [] as string[],
    help: 'Trained models that label the manufactured rows; of several, the mean of their probabilities. Empty: the planned network, which is trained first.',
  },
  on: {
    type: 'choice',
    label: 'Grow on',
    default: 'auto',
    choices: [
      { value: 'auto', label: 'Columns of a table, features of images' },
      { value: 'columns', label: 'Columns' },
      { value: 'features', label: 'Features of the teacher' },
    ],
    help: 'What the tree tests: the table’s columns, which can be read as rules, or the outputs of the teacher’s features layer.',
  },
  pAlt: {
    type: 'number',
    label: 'Share of replaced columns',
    default: 0.25,
    help: 'Probability that a column of a manufactured row is taken from another row. 0 would only copy rows, 1 would tear apart columns that go together.',
    min: 0,
    max: 1,
    step: 0.05,
  },
  rows: {
    type: 'integer',
    label: 'Manufactured rows',
    default: 10_000,
    help: 'Rows that the teacher labels before the tree is grown.',
    min: 100,
    max: 1_000_000,
    log: true,
  },
  rowsPerNode: {
    type: 'integer',
    label: 'Rows per node',
    default: 1000,
    help: 'A node with fewer rows is given more of its own before it is split.',
    min: 0,
    max: 100_000,
  },
  pruneRows: {
    type: 'integer',
    label: 'Rows to prune with',
    default: 10_000,
    help: 'Fresh manufactured rows that decide how far the tree is pruned; 0 leaves it as it was grown.',
    min: 0,
    max: 1_000_000,
  },
  maxLeaves: {
    type: 'integer',
    label: 'Most leaves',
    default: 64,
    help: 'The tree is grown best split first until it has so many leaves. More follow the teacher closer and are harder to read.',
    min: 2,
    max: 2000,
    log: true,
  },
  maxDepth: {
    type: 'integer',
    label: 'Most tests in a row',
    default: 12,
    help: 'Tests between the root and a leaf, at most.',
    min: 1,
    max: 60,
  },
  minLeaf: {
    type: 'integer',
    label: 'Rows per leaf',
    default: 5,
    help: 'Each leaf holds at least so many of the rows that its parent was split on.',
    min: 1,
    max: 10_000,
    advanced: true,
  },
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})
export type BornAgainTreeValues = ReturnType<typeof bornAgainTreeParams.schema.parse>
