import type { RequestName } from '../../src-main/contract/index.ts'
import type { LabellingState } from '../../src-main/contract/labelling.ts'
import type { CaseContext, ContractCase } from './contract-cases.ts'
import type { TestWorkbench } from './test-workbench.ts'

type LabellingName = Extract<RequestName, `labelling.${string}`>

/** Prepares features and waits until the head has learnt what there is. */
export async function labellingReady(
  test: TestWorkbench,
  datasetId: string,
  column = 'label',
): Promise<LabellingState> {
  const { jobId } = await test.call('labelling.start', { datasetId })
  const job = await test.when('jobs.changed', (changed) => changed.id === jobId && changed.status !== 'running')
  if (job.status !== 'done') throw new Error(`the features ended as ${job.status}: ${JSON.stringify(job.error)}`)
  return learntState(test, datasetId, column)
}

/** The state once nothing is left to learn. */
export async function learntState(test: TestWorkbench, datasetId: string, column = 'label'): Promise<LabellingState> {
  for (;;) {
    const state = await test.call('labelling.state', { datasetId, column })
    if (!state.isFitting) return state
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const COLUMN = 'label'

/** With features that are ready, and a last item without a label. */
const ready =
  <T>(more: T) =>
  async ({ test, datasetId }: CaseContext) => {
    await test.call('datasets.label', { datasetId, column: COLUMN, itemIds: [11, 12], value: null })
    await labellingReady(test, datasetId)
    return { datasetId, ...more }
  }

const nowhere = (more: object = {}) => ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', ...more })] as const
const noColumn = (more: object = {}) =>
  ['E_DATASET_LABEL', ({ datasetId }: CaseContext) => ({ datasetId, column: 'nowhere', ...more })] as const

function expectEqual(received: unknown, expected: unknown): void {
  if (JSON.stringify(received) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, received ${JSON.stringify(received)}`)
  }
}

const wrongColumn = [noColumn(), nowhere({ column: COLUMN })]

export const LABELLING_CASES: { [N in LabellingName]: ContractCase<N> } = {
  'labelling.start': {
    good: ({ datasetId }) => ({ datasetId }),
    bad: [
      nowhere(),
      ['E_MODEL_UNKNOWN', ({ datasetId }) => ({ datasetId, base: 'nowhere' })],
      ['E_MODEL_UNKNOWN', ({ datasetId }) => ({ datasetId, base: { architecture: 'lenet' } })],
    ],
  },
  'labelling.stop': { good: ({ datasetId }) => ({ datasetId }), bad: [nowhere()] },
  'labelling.state': {
    good: ready({ column: COLUMN }),
    check: ({ status, items, head, wanting }) =>
      expectEqual([status, items, head?.classes, wanting], ['ready', 12, 2, null]),
    bad: [nowhere()],
  },
  'labelling.suggestions': {
    good: ready({ column: COLUMN, itemIds: [12, 1] }),
    check: ({ suggestions }) =>
      expectEqual(
        suggestions.map(({ item }) => item),
        [12, 1],
      ),
    bad: [
      noColumn({ itemIds: [] }),
      nowhere({ column: COLUMN, itemIds: [] }),
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, column: COLUMN, itemIds: [99] })],
    ],
  },
  'labelling.candidates': {
    good: ready({ column: COLUMN, above: 0.5, test: true }),
    check: ({ total, classes }) => expectEqual([total, classes.reduce((sum, { count }) => sum + count, 0)], [2, 2]),
    bad: [noColumn({ above: 0.9 }), ['E_INPUT', ({ datasetId }) => ({ datasetId, column: COLUMN, above: 2 })]],
  },
  'labelling.accept': {
    alone: true,
    good: ready({ column: COLUMN, labels: [{ itemIds: [12, 1], value: 'dog' }], test: true }),
    check: ({ changed, left, itemIds }) => expectEqual([changed, left, itemIds], [1, [1], [12]]),
    bad: [
      noColumn({ labels: [{ itemIds: [1], value: 'cat' }] }),
      [
        'E_DATASET_LABEL',
        ({ datasetId }) => ({ datasetId, column: COLUMN, labels: [{ itemIds: [1], value: 'horse' }] }),
      ],
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, column: COLUMN, labels: [{ itemIds: [99], value: 'cat' }] })],
    ],
  },
  'labelling.order': {
    good: ready({ column: COLUMN, by: 'uncertainty' as const }),
    check: ({ items, note }) => expectEqual([items.map(({ item }) => item), note], [[11, 12], null]),
    bad: [noColumn({ by: 'random' }), ['E_INPUT', ({ datasetId }) => ({ datasetId, column: COLUMN, by: 'mood' })]],
  },
  'labelling.draw': {
    good: ready({ column: COLUMN, count: 1 }),
    check: ({ itemIds }) => expectEqual(itemIds.length, 1),
    bad: wrongColumn,
  },
  'labelling.similar': {
    good: ready({ itemIds: [3], count: 2 }),
    check: ({ items }) =>
      expectEqual(
        items.map(({ similarity }) => similarity),
        [1, 0.5],
      ),
    bad: [nowhere({ itemIds: [1] }), ['E_INPUT', ({ datasetId }) => ({ datasetId })]],
  },
  'labelling.duplicates': {
    good: ready({}),
    check: ({ groups, items }) => expectEqual([groups[0]?.items.map(({ item }) => item), items], [[1, 12], 2]),
    bad: [nowhere(), noColumn()],
  },
  'labelling.suspicious': {
    good: ready({ column: COLUMN }),
    check: ({ labels, total }) => expectEqual([labels[0]?.given, labels[0]?.suggested, total], ['cat', 'dog', 5]),
    bad: wrongColumn,
  },
  'labelling.outliers': {
    good: ready({ count: 1 }),
    check: ({ items }) => expectEqual(items.length, 1),
    bad: [nowhere()],
  },
  'labelling.quality': {
    good: ready({}),
    check: ({ items }) => expectEqual(items[0]?.fault, 'blank'),
    bad: [nowhere()],
  },
  'labelling.map': {
    good: ready({ method: 'pca' as const }),
    check: ({ items, points }) => expectEqual([items, Buffer.from(points, 'base64').length], [12, 96]),
    bad: [nowhere({ method: 'pca' }), ['E_INPUT', ({ datasetId }) => ({ datasetId, method: 'tsne' })]],
  },
  'labelling.stopMap': {
    good: ready({}),
    bad: [nowhere({})],
  },
  'labelling.allSuggestions': {
    good: ready({ column: COLUMN }),
    check: ({ classes, best }) => expectEqual([classes, Buffer.from(best, 'base64').length], [['cat', 'dog'], 24]),
    bad: wrongColumn,
  },
  'labelling.mark': {
    good: ({ datasetId }) => ({ datasetId, column: COLUMN, itemIds: [1, 2, 2], mark: 'kept' }),
    check: ({ changed }) => expectEqual(changed, 2),
    bad: [
      noColumn({ itemIds: [1], mark: 'kept' }),
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, column: COLUMN, itemIds: [99], mark: 'kept' })],
    ],
  },
  'labelling.marks': {
    good: async ({ test, datasetId }) => {
      await test.call('labelling.mark', { datasetId, column: COLUMN, itemIds: [4], mark: 'unsure' })
      return { datasetId, column: COLUMN }
    },
    check: ({ unsure }) => expectEqual(unsure, [4]),
    bad: wrongColumn,
  },
}
