import { defineParams } from '../../../contract/params.ts'
import { REUSE_FIELDS } from '../common/reuse/reuse-fields.ts'

export const taskTransferParams = defineParams({
  sources: {
    type: 'names',
    label: 'Source tasks',
    default: [] as string[],
    help: 'Heads whose networks are trained with all labels and then transferred from; none chosen: all of them.',
  },
  targets: {
    type: 'names',
    label: 'Target tasks',
    default: [] as string[],
    help: 'Heads that are read off the sources with few labels; none chosen: all of them.',
  },
  readoutLabels: {
    type: 'integer',
    label: 'Labels of a readout',
    default: 200,
    help: 'Every transfer into a task sees the same so many labelled items, drawn evenly over the classes; the baselines see them too.',
    unit: 'items',
    min: 2,
    max: 1_000_000,
  },
  readoutEpochs: {
    type: 'integer',
    label: 'Epochs of a readout',
    default: 30,
    help: 'Every transfer and every baseline is trained for so many passes over its few labels.',
    min: 1,
    max: 10_000,
  },
  readoutUnits: {
    type: 'integer',
    label: 'Hidden units of a readout',
    default: 64,
    help: 'Size of the one hidden layer between the frozen features and the head; 0 reads linearly.',
    min: 0,
    max: 4096,
  },
  readoutLearningRate: {
    type: 'number',
    label: 'Learning rate of a readout',
    default: null as number | null,
    help: 'The rate of transfers and baselines; empty: the optimizer’s.',
    min: 1e-8,
    max: 10,
    log: true,
    optional: true,
  },
  sourceBudget: {
    type: 'integer',
    label: 'Sources that may be trained',
    default: 2,
    help: 'How many tasks may get all of their labels; the best choice of so many is found, and the source that each other task is transferred from.',
    min: 1,
    max: 20,
  },
  mainTask: {
    type: 'text',
    label: 'Main task',
    default: '',
    help: 'The head whose best network becomes the model of the run; empty: the first.',
  },
  keep: {
    type: 'choice',
    label: 'Model that is kept',
    default: 'best',
    help: 'The best network for the main task by its validation loss, its own with all labels among them; or its best transfer from another task.',
    choices: [
      { value: 'best', label: 'Best network of the main task' },
      { value: 'transfer', label: 'Best transfer into the main task' },
    ],
  },
  encoderEnd: {
    type: 'text',
    label: 'Encoder ends at',
    default: '',
    help: 'The layer whose outputs are transferred; empty: the features that the heads stand on. Earlier layers are less special to their task.',
    advanced: true,
  },
  memoryMegabytes: REUSE_FIELDS.memoryMegabytes,
})
export type TaskTransferValues = ReturnType<typeof taskTransferParams.schema.parse>
