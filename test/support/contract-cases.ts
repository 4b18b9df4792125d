import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RequestInput, RequestName, RequestOutput } from '../../src-main/contract/index.ts'
import type { StudySpecInput } from '../../src-main/contract/studies.ts'
import { TOY_STUDY } from './study-scripts.ts'
import { COLOURS, writeGraftModel } from './graft-model.ts'
import { finish } from './fake-trainer.ts'
import { LABELLING_CASES } from './labelling-cases.ts'
import { trainUntilTold } from './toy-scripts.ts'
import { openToyWorkspace, TOY_SPEC, type TestWorkbench, trainToyRun } from './test-workbench.ts'

export interface CaseContext {
  readonly test: TestWorkbench
  readonly datasetId: string
  /** A finished run with a model. */
  readonly runId: string
}

export interface ContractCase<N extends RequestName> {
  /** An input that works. */
  good(context: CaseContext): RequestInput<N> | Promise<RequestInput<N>>
  /** What the answer must say beyond its schema. */
  check?(output: RequestOutput<N>, context: CaseContext): void | Promise<void>
  /** Inputs of the right kind with something wrong, and the code that answers them. */
  bad?: readonly (readonly [string, (context: CaseContext) => unknown])[]
  /** Gets a workbench of its own: it would take things from under the others. */
  alone?: true
}

function expectEqual(received: unknown, expected: unknown): void {
  if (JSON.stringify(received) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, received ${JSON.stringify(received)}`)
  }
}

/** Runs an analysis to its end; answers its id. */
async function analysed(test: TestWorkbench): Promise<string> {
  const { jobId } = await test.call('analyses.start', { type: 'transferability', spec })
  const job = await test.when('jobs.changed', (payload) => payload.id === jobId && payload.status !== 'running')
  return String(job.result?.['analysisId'])
}

/** An import whose process dies; answers its job. */
async function failedImport(test: TestWorkbench): Promise<string> {
  test.trainer.script('import', (child) => child.exit(1))
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'broken' } })
  await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'failed')
  return jobId
}

/** The job that was told of last. */
function lastJob({ events }: TestWorkbench): string {
  const told = events.filter((event) => event.name === 'jobs.changed').at(-1)
  return (told?.payload as { id: string } | undefined)?.id ?? ''
}

/** A second opinion on six items, of which the first are answered with "dog"; answers its id. */
async function answered({ test, datasetId }: CaseContext, count: number): Promise<string> {
  const { id } = await test.call('opinions.start', { datasetId, column: 'label', count: 6 })
  const { itemIds } = await test.call('opinions.items', { opinionId: id })
  if (count > 0) await test.call('opinions.answer', { opinionId: id, itemIds: itemIds.slice(0, count), value: 'dog' })
  return id
}

async function finishedOpinion(context: CaseContext): Promise<string> {
  const opinionId = await answered(context, 6)
  await context.test.call('opinions.finish', { opinionId })
  return opinionId
}

const colours = (test: TestWorkbench): string => writeGraftModel(join(test.folder, 'colours'))

/** Imports a small model; answers its name. */
async function importedColours(test: TestWorkbench): Promise<string> {
  const name = `colours-${test.events.length}`
  const { jobId } = await test.call('models.import', { source: colours(test), name })
  await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
  return name
}

const nothing = { good: () => ({}) }
const unknownDataset = ['E_NOT_FOUND', () => ({ datasetId: 'nowhere' })] as const
const unknownRun = ['E_NOT_FOUND', () => ({ runId: 'nowhere' })] as const
const ofDataset = { good: ({ datasetId }: CaseContext) => ({ datasetId }), bad: [unknownDataset] }
const ofRun = { good: ({ runId }: CaseContext) => ({ runId }), bad: [unknownRun] }
const unknownOpinion = ['E_NOT_FOUND', () => ({ opinionId: 'nowhere' })] as const
const unknownStudy = ['E_NOT_FOUND', () => ({ studyId: 'nowhere' })] as const
const toyStudy = structuredClone(TOY_STUDY) as unknown as StudySpecInput
const startedStudy = ({ test }: CaseContext) => test.call('studies.start', { study: toyStudy })
const spec = { ...TOY_SPEC, strategy: { ...TOY_SPEC.strategy } }
/** With a frozen part. */
const frozenSpec = { ...TOY_SPEC, base: 'efficientnet-lite0', strategy: { type: 'feature-extraction' } }

function makeCacheEntry(folder: string, id: string, title: string): string {
  const path = join(folder, 'ws', 'cache', id)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'about.json'), JSON.stringify({ title }))
  return path
}

/** A run that waits for the user's decision on three suggested labels. */
function pausedForReview(test: TestWorkbench): Promise<string> {
  test.trainer.script('train', (child) => {
    const rows = [2, 3, 5].map((itemId) => ({ itemId, name: `item ${itemId}`, suggested: 'cat', confidence: 0.9 }))
    const shown = { id: 'review.1', title: 'Review', words: 'The run waits.', level: 'info' as const, column: 'label' }
    child.send({ type: 'exhibit', exhibit: { kind: 'review', ...shown, rows } })
    finish(child, 'paused')
  })
  return trainToyRun(test)
}

/** A run with a head of tags that says tree of both of its items, and one of them has it. */
async function taggedRun(test: TestWorkbench, datasetId: string): Promise<string> {
  await test.call('datasets.addColumn', { datasetId, name: 'seen', type: 'tags', classes: ['tree', 'lake'] })
  await test.call('datasets.label', { datasetId, column: 'seen', itemIds: [1, 2, 3], value: ['tree'] })
  test.trainer.script('train', (child) => {
    const row = { name: 'x', predicted: ['tree'], confidence: null, loss: 0.5 }
    const rows = [
      { ...row, itemId: 1, expected: ['tree'], scores: [0.9, 0.1] },
      { ...row, itemId: 2, expected: [], scores: [0.8, 0.2] },
      { ...row, itemId: 3, expected: null, scores: [0.7, 0.3] },
    ]
    child.send({ type: 'predictions', split: 'train', head: 'seen', rows, first: true })
    finish(child)
  })
  return trainToyRun(test, { heads: [{ name: 'seen', column: 'seen', type: 'tags' }] })
}

/** A case per request: the compiler asks for one when the contract grows. */
export const CONTRACT_CASES: { [N in RequestName]: ContractCase<N> } = {
  ...LABELLING_CASES,
  'workspace.state': { ...nothing, check: (state, { test }) => expectEqual(state.path, join(test.folder, 'ws')) },
  'workspace.open': {
    good: ({ test }) => ({ source: join(test.folder, 'ws') }),
    bad: [
      ['E_SOURCE_PATH', ({ test }) => ({ source: join(test.folder, 'nowhere') })],
      ['E_WORKSPACE_PATH', ({ test }) => ({ source: test.folder })],
      ['E_WORKSPACE_PATH', ({ test }) => ({ source: test.folder, create: true })],
      ['E_WORKSPACE_PATH', () => ({ source: '/proc/nowhere', create: true })],
      ['E_INPUT', () => ({ source: '' })],
    ],
  },
  'workspace.openSample': {
    alone: true,
    good: async ({ test }) => ({ id: (await test.call('workspace.state', {})).samples[0]?.id ?? 'none' }),
    check: (state) => expectEqual(state.open, true),
    bad: [['E_NOT_FOUND', () => ({ id: '../../etc' })]],
  },
  'workspace.close': { ...nothing, alone: true, check: (state) => expectEqual(state.open, false) },
  'workspace.forgetRecent': { good: () => ({ path: '/nowhere' }) },
  'workspace.browse': {
    good: ({ test }) => ({ path: test.folder }),
    check: ({ entries }) => expectEqual(entries.map((entry) => entry.name).sort(), ['user', 'ws']),
    bad: [['E_SOURCE_PATH', ({ test }) => ({ path: join(test.folder, 'nowhere') })]],
  },
  'workspace.cache': {
    good: ({ test }) => {
      makeCacheEntry(test.folder, 'features/abc', 'LeNet up to flatten')
      return {}
    },
    check: ({ entries, limitBytes }) => {
      expectEqual([entries[0]?.title, entries[0]?.inUse], ['LeNet up to flatten', false])
      expectEqual(limitBytes, 20e9)
    },
  },
  'workspace.emptyCache': {
    good: ({ test }) => {
      makeCacheEntry(test.folder, 'pixels/xyz', '28 x 28 pixels')
      return { ids: null }
    },
    check: ({ entries, bytes }) => expectEqual([entries.length, bytes], [0, 0]),
    bad: [
      ['E_INPUT', () => ({ ids: 'all' })],
      [
        'E_CACHE_IN_USE',
        ({ test }) => {
          // Process 1 always runs.
          const folder = makeCacheEntry(test.folder, 'features/held', 'held')
          writeFileSync(join(folder, 'lease-1-x'), '')
          return { ids: ['features/held'] }
        },
      ],
    ],
  },
  'system.info': { ...nothing, check: (info) => expectEqual([info.host, info.nativeDialogs], ['test', true]) },
  'system.pick': {
    good: () => ({ kind: 'folder', title: 'Open' }),
    check: (picked) => expectEqual(picked, { source: '/picked/folder', label: 'folder' }),
    bad: [['E_INPUT', () => ({ kind: 'planet', title: 'Open' })]],
  },
  'system.reportBlocked': { good: () => ({ target: 'https://example.org' }) },
  'system.settings': nothing,
  'system.setSetting': {
    good: () => ({ key: 'theme', value: { mode: 'dark' } }),
    check: async (_output, { test }) => {
      expectEqual((await test.call('system.settings', {}))['theme'], { mode: 'dark' })
      await test.call('system.setSetting', { key: 'theme', value: null })
      expectEqual('theme' in (await test.call('system.settings', {})), false)
    },
    bad: [['E_INPUT', () => ({ key: 7, value: 1 })]],
  },
  'jobs.list': { ...nothing, check: (jobs) => expectEqual(jobs.length > 0, true) },
  'jobs.get': {
    good: async ({ test }) => ({ jobId: (await test.call('jobs.list', {}))[0]?.id ?? '' }),
    check: (job) => expectEqual([job.kind, job.status], ['import', 'done']),
    bad: [['E_NOT_FOUND', () => ({ jobId: 'nowhere' })]],
  },
  'jobs.cancel': {
    good: async ({ test }) => ({ jobId: (await test.call('jobs.list', {}))[0]?.id ?? '' }),
    bad: [['E_NOT_FOUND', () => ({ jobId: 'nowhere' })]],
  },
  'jobs.retry': {
    alone: true,
    good: async ({ test }) => ({ jobId: await failedImport(test) }),
    check: (job) => expectEqual([job.kind, job.title, job.status], ['import', 'Import broken', 'running']),
    bad: [
      ['E_NOT_FOUND', () => ({ jobId: 'nowhere' })],
      ['E_INPUT', ({ test }) => ({ jobId: lastJob(test) })],
    ],
  },
  'failures.list': {
    alone: true,
    good: async ({ test }) => {
      await failedImport(test)
      return {}
    },
    check: ({ total, failures: [first] }) =>
      expectEqual(
        [total, first?.title, first?.error.code, first?.canRetry],
        [1, 'Import broken', 'E_TRAINER_CRASHED', true],
      ),
  },
  'failures.dismiss': {
    alone: true,
    good: async ({ test }) => ({ ids: [`job:${await failedImport(test)}`, 'run:nowhere'] }),
    check: async (_output, { test }) => expectEqual((await test.call('failures.list', {})).total, 0),
    bad: [['E_INPUT', () => ({ ids: 'all' })]],
  },
  'datasets.list': { ...nothing, check: (list) => expectEqual(list[0]?.name, 'toy') },
  'datasets.get': { ...ofDataset, check: (dataset) => expectEqual([dataset.items, dataset.problems], [12, 2]) },
  'datasets.inspect': {
    good: ({ test }) => ({ source: test.folder }),
    check: (inspection) => expectEqual(inspection.count, 12),
    bad: [
      ['E_SOURCE_PATH', () => ({ source: '/nowhere/at/all' })],
      ['E_SOURCE_PATH', ({ test }) => ({ source: [test.folder, '/nowhere/at/all'] })],
      ['E_INPUT', () => ({ source: [] })],
      ['E_INPUT', () => ({ source: [''] })],
    ],
  },
  'datasets.import': {
    good: ({ test }) => ({ source: test.folder, options: { name: 'second' } }),
    check: async (_output, { test }) => {
      // Several are one import: its process gets all of them, and the dataset says where it is from.
      const source = [join(test.folder, 'ws'), join(test.folder, 'user')]
      const { jobId } = await test.call('datasets.import', { source, options: { name: 'of several' } })
      await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
      const job = test.trainer.children.find(
        ({ job }) => job.kind === 'import' && job.options.name === 'of several',
      )?.job
      expectEqual(job?.kind === 'import' ? job.source : null, source)
      const dataset = await test.call('datasets.get', { datasetId: 'of several' })
      expectEqual(dataset.source, `2 files and folders of ${test.folder}: ws, user`)
    },
    bad: [
      ['E_DATASET_NAME', ({ test }) => ({ source: test.folder, options: { name: 'TOY' } })],
      ['E_SOURCE_PATH', () => ({ source: '/nowhere/at/all', options: { name: 'x' } })],
      [
        'E_DATASET_SPLIT',
        ({ test }) => ({ source: test.folder, options: { name: 'x', split: { train: 0.9, test: 0.9 } } }),
      ],
      ['E_INPUT', ({ test }) => ({ source: test.folder, options: { name: '' } })],
      ['E_INPUT', ({ test }) => ({ source: test.folder, options: { name: 'x', colour: 'red' } })],
      ['E_INPUT', () => ({ source: [], options: { name: 'x' } })],
      ['E_SOURCE_PATH', ({ test }) => ({ source: [test.folder, '/nowhere/at/all'], options: { name: 'x' } })],
    ],
  },
  'datasets.items': {
    good: ({ datasetId }) => ({ datasetId, filter: { column: 'label', label: 'cat' }, offset: 2, limit: 3 }),
    check: ({ total, items }) => expectEqual([total, items.map((item) => item.id)], [6, [5, 7, 9]]),
    bad: [
      ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', offset: 0, limit: 1 })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, offset: -1, limit: 1 })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, offset: 0, limit: 1001 })],
      [
        'E_DATASET_LABEL',
        ({ datasetId }) => ({ datasetId, offset: 0, limit: 1, filter: { column: 'nowhere', label: 'x' } }),
      ],
    ],
  },
  'datasets.itemIds': {
    good: ({ datasetId }) => ({ datasetId, filter: { duplicates: true } }),
    check: (ids) => expectEqual(ids, [1, 12]),
    bad: [unknownDataset],
  },
  'datasets.statistics': { ...ofDataset, check: ({ duplicates }) => expectEqual(duplicates, 1) },
  'datasets.problems': {
    ...ofDataset,
    check: ({ problems }) =>
      expectEqual(
        problems.map((problem) => problem.code),
        ['contradiction', 'truncated'],
      ),
  },
  'datasets.versions': { ...ofDataset, check: ([first]) => expectEqual([first?.version, first?.items], [1, 12]) },
  'datasets.exportOffers': {
    good: ({ datasetId }) => ({ datasetId }),
    check: (offers) => {
      const formats = offers.map(({ format, refusal }) => [format, refusal])
      expectEqual(formats, [['csv', null], ['json', null], ['folders', null]]) // prettier-ignore
    },
    bad: [unknownDataset, ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, version: 9 })]],
  },
  'datasets.export': {
    good: ({ datasetId }) => ({ datasetId, format: 'csv' }),
    bad: [
      ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', format: 'csv' })],
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, format: 'csv', version: 9 })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, format: 'floppy' })],
      ['E_INPUT', ({ test, datasetId }) => ({ datasetId, format: 'json', folder: test.folder })],
    ],
  },
  'datasets.rename': {
    good: ({ datasetId }) => ({ datasetId, name: 'toy' }),
    bad: [
      ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', name: 'x' })],
      ['E_DATASET_NAME', ({ datasetId }) => ({ datasetId, name: '  ' })],
    ],
  },
  'datasets.remove': { ...ofDataset, alone: true },
  'datasets.label': {
    alone: true,
    good: ({ datasetId }) => ({ datasetId, column: 'label', itemIds: [1, 2, 3], value: 'fox' }),
    check: ({ changed, dataset }) => expectEqual([changed, dataset.version, dataset.canUndo], [3, 2, true]),
    bad: [
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, column: 'label', itemIds: [13], value: 'cat' })],
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'nowhere', itemIds: [1], value: 'cat' })],
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'label', itemIds: [1], value: '' })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, column: 'label', itemIds: [], value: 'cat' })],
    ],
  },
  'datasets.labelEach': {
    alone: true,
    good: ({ datasetId }) => ({
      datasetId,
      column: 'label',
      labels: [
        { itemIds: [1, 2], value: 'fox' },
        { itemIds: [3], value: 'dog' },
        { itemIds: [2], value: null },
      ],
    }),
    check: async ({ changed, dataset }, { test, datasetId }) => {
      expectEqual([changed, dataset.version], [3, 2])
      const filter = { ids: [1, 2, 3] }
      const { items } = await test.call('datasets.items', { datasetId, filter, offset: 0, limit: 9 })
      expectEqual(
        items.map(({ labels }) => labels['label']),
        ['fox', null, 'dog'],
      )
      const { dataset: undone } = await test.call('datasets.undo', { datasetId })
      expectEqual([undone.canUndo, undone.labelColumns[0]?.classes.includes('fox')], [false, false])
    },
    bad: [
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, column: 'label', labels: [{ itemIds: [13], value: 'cat' }] })],
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'no', labels: [{ itemIds: [1], value: 'cat' }] })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, column: 'label', labels: [] })],
    ],
  },
  'datasets.toggleTag': {
    alone: true,
    good: async ({ test, datasetId }) => {
      await test.call('datasets.addColumn', { datasetId, name: 'seen', type: 'tags', classes: ['tree'] })
      return { datasetId, column: 'seen', itemIds: [1, 2], tag: 'lake' }
    },
    check: async ({ changed, dataset }, { test, datasetId }) => {
      expectEqual([changed, dataset.labelColumns[1]?.classes], [2, ['tree', 'lake']])
      const toggle = { datasetId, column: 'seen', itemIds: [2, 3], tag: 'lake' }
      // One of them lacks it: both have it afterwards, and then neither.
      const again = await test.call('datasets.toggleTag', toggle)
      const taken = await test.call('datasets.toggleTag', toggle)
      expectEqual([again.changed, taken.changed], [1, 2])
      const { items } = await test.call('datasets.items', {
        datasetId,
        filter: { ids: [1, 2, 4] },
        offset: 0,
        limit: 9,
      })
      expectEqual(
        items.map(({ labels }) => labels['seen']),
        [['lake'], [], null],
      )
    },
    bad: [
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'label', itemIds: [1], tag: 'cat' })],
      ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', column: 'seen', itemIds: [1], tag: 'cat' })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, column: 'label', itemIds: [1], tag: '' })],
    ],
  },
  'datasets.addColumn': {
    alone: true,
    good: ({ datasetId }) => ({ datasetId, name: 'age', type: 'regression' }),
    check: (dataset) =>
      expectEqual(
        dataset.labelColumns.map((column) => column.name),
        ['label', 'age'],
      ),
    bad: [['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, name: 'label', type: 'regression' })]],
  },
  'datasets.addClass': {
    alone: true,
    good: ({ datasetId }) => ({ datasetId, column: 'label', name: 'owl' }),
    check: (dataset) => expectEqual(dataset.labelColumns[0]?.classes, ['cat', 'dog', 'owl']),
    bad: [['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'nowhere', name: 'owl' })]],
  },
  'datasets.renameClass': {
    alone: true,
    good: ({ datasetId }) => ({ datasetId, column: 'label', from: 'cat', to: 'tiger' }),
    check: (dataset) => expectEqual(dataset.labelColumns[0]?.classes, ['tiger', 'dog']),
    bad: [
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'label', from: 'owl', to: 'x' })],
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'label', from: 'cat', to: 'dog' })],
    ],
  },
  'datasets.split': {
    alone: true,
    good: ({ datasetId }) => ({
      datasetId,
      plan: { train: 0.5, validation: 0.25, test: 0.25, seed: 3, stratifyBy: 'label' },
    }),
    check: ({ dataset }) => expectEqual(dataset.split.seed, 3),
    bad: [
      [
        'E_DATASET_SPLIT',
        ({ datasetId }) => ({ datasetId, plan: { train: 0.5, validation: 0, test: 0, seed: 3, stratifyBy: null } }),
      ],
      [
        'E_DATASET_SPLIT',
        ({ datasetId }) => ({ datasetId, plan: { train: 1, validation: 0, test: 0, seed: 3, stratifyBy: 'nowhere' } }),
      ],
    ],
  },
  'datasets.moveToSplit': {
    alone: true,
    good: ({ datasetId }) => ({ datasetId, itemIds: [1, 2, 3, 4], split: 'test' }),
    check: async (_output, { test, datasetId }) => {
      const { total } = await test.call('datasets.items', {
        datasetId,
        filter: { ids: [1, 2, 3, 4], split: 'test' },
        offset: 0,
        limit: 10,
      })
      expectEqual(total, 4)
    },
    bad: [['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, itemIds: [0], split: 'test' })]],
  },
  'datasets.moveEach': {
    alone: true,
    good: ({ datasetId }) => ({
      datasetId,
      moves: [
        { itemIds: [1, 2, 3], split: 'test' },
        { itemIds: [3, 4], split: 'validation' },
      ],
    }),
    check: async ({ dataset }, { test, datasetId }) => {
      const splits = async () => {
        const { items } = await test.call('datasets.items', { datasetId, filter: { ids: [1, 2, 3, 4] }, offset: 0, limit: 9 }) // prettier-ignore
        return items.map(({ split }) => split)
      }
      expectEqual([dataset.version, await splits()], [2, ['test', 'test', 'validation', 'validation']])
      const { dataset: undone } = await test.call('datasets.undo', { datasetId })
      expectEqual([undone.canUndo, undone.version], [false, 3])
    },
    bad: [
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, moves: [{ itemIds: [0], split: 'test' }] })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, moves: [] })],
    ],
  },
  'datasets.undo': {
    alone: true,
    good: async ({ test, datasetId }) => {
      await test.call('datasets.label', { datasetId, column: 'label', itemIds: [1], value: 'dog' })
      return { datasetId }
    },
    check: ({ dataset, itemIds }) => expectEqual([dataset.version, dataset.canRedo, itemIds], [3, true, [1]]),
    bad: [unknownDataset],
  },
  'datasets.redo': {
    alone: true,
    good: async ({ test, datasetId }) => {
      await test.call('datasets.label', { datasetId, column: 'label', itemIds: [1], value: 'dog' })
      await test.call('datasets.undo', { datasetId })
      return { datasetId }
    },
    check: ({ dataset }) => expectEqual([dataset.version, dataset.canRedo, dataset.canUndo], [4, false, true]),
    bad: [unknownDataset],
  },
  'history.entries': {
    alone: true,
    good: async ({ test, datasetId }) => {
      const label = (itemIds: number[], value: string) =>
        test.call('datasets.label', { datasetId, column: 'label', itemIds, value })
      await label([1], 'dog')
      await label([2, 3], 'fox')
      await test.call('datasets.undo', { datasetId })
      await test.call('datasets.moveToSplit', { datasetId, itemIds: [1, 2, 3, 4], split: 'test' })
      return { datasetId }
    },
    check: ({ total, entries: [moved, labelled, imported] }) => {
      expectEqual([total, moved?.kind, labelled?.kind, imported?.kind], [3, 'splits', 'labels', 'import'])
      expectEqual([labelled?.first, labelled?.last, labelled?.undone, labelled?.items], [2, 4, 1, 1])
      expectEqual([labelled?.title, labelled?.labels], ['Labelled 1 item: 1 dog', [{ value: 'dog', count: 1 }]])
    },
    bad: [unknownDataset, ['E_INPUT', ({ datasetId }) => ({ datasetId, limit: 0 })]],
  },
  'history.changes': {
    alone: true,
    good: async ({ test, datasetId }) => {
      await test.call('datasets.label', { datasetId, column: 'label', itemIds: [1], value: 'dog' })
      await test.call('datasets.undo', { datasetId })
      return { datasetId, first: 1, last: 99 }
    },
    check: ({ total, changes }) => {
      const told = changes.map(({ version, items, of, isUndone }) => [version, items, of, isUndone])
      expectEqual([total, told], [3, [[3, 1, 2, false], [2, 1, null, true], [1, 0, null, false]]]) // prettier-ignore
    },
    bad: [['E_NOT_FOUND', () => ({ datasetId: 'nowhere', first: 1, last: 1 })]],
  },
  'history.name': {
    good: ({ datasetId }) => ({ datasetId, version: 1, name: ' As imported ' }),
    check: ({ names }) => expectEqual(names, [{ version: 1, name: 'As imported' }]),
    bad: [
      ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', version: 1, name: 'x' })],
      ['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, version: 99, name: 'x' })],
      ['E_DATASET_NAME', ({ datasetId }) => ({ datasetId, version: 1, name: '  ' })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, version: 0, name: 'x' })],
    ],
  },
  'history.names': {
    alone: true,
    good: async ({ test, datasetId }) => {
      await test.call('history.name', { datasetId, version: 1, name: 'first' })
      return { datasetId }
    },
    check: ({ names }) => expectEqual(names, [{ version: 1, name: 'first' }]),
    bad: [unknownDataset],
  },
  'history.compare': {
    alone: true,
    good: async ({ test, datasetId }) => {
      await test.call('datasets.label', { datasetId, column: 'label', itemIds: [1, 3], value: 'dog' })
      await test.call('datasets.label', { datasetId, column: 'label', itemIds: [5], value: null })
      return { datasetId, first: 1, last: 3 }
    },
    check: ({ items, differences }) => {
      const told = differences.map(({ column, from, to, itemIds }) => [column, from, to, itemIds])
      expectEqual([items, told], [3, [['label', 'cat', 'dog', [1, 3]], ['label', 'cat', null, [5]]]]) // prettier-ignore
    },
    bad: [['E_NOT_FOUND', ({ datasetId }) => ({ datasetId, first: 1, last: 99 })]],
  },
  'opinions.start': {
    alone: true,
    good: ({ datasetId }) => ({ datasetId, column: 'label', count: 4, name: 'Ada' }),
    check: ({ name, drawn, answered, pool }) => expectEqual([name, drawn, answered, pool], ['Ada', 4, 0, 12]),
    bad: [
      ['E_NOT_FOUND', () => ({ datasetId: 'nowhere', column: 'label' })],
      ['E_DATASET_LABEL', ({ datasetId }) => ({ datasetId, column: 'nowhere' })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, column: 'label', count: 13 })],
      ['E_INPUT', ({ datasetId }) => ({ datasetId, column: 'label', share: 2 })],
    ],
  },
  'opinions.list': {
    alone: true,
    good: async (context) => {
      await answered(context, 2)
      return { datasetId: context.datasetId }
    },
    check: ([first]) => expectEqual([first?.answered, first?.finishedAt], [2, null]),
    bad: [unknownDataset],
  },
  'opinions.items': {
    alone: true,
    good: async (context) => ({ opinionId: await answered(context, 1) }),
    check: ({ itemIds, answers }) => expectEqual([new Set(itemIds).size, answers], [6, ['dog', null, null, null, null, null]]), // prettier-ignore
    bad: [unknownOpinion],
  },
  'opinions.answer': {
    alone: true,
    good: async (context) => {
      const opinionId = await answered(context, 0)
      const { itemIds } = await context.test.call('opinions.items', { opinionId })
      return { opinionId, itemIds: itemIds.slice(0, 3), value: 'dog' }
    },
    check: async ({ answered }, { test, datasetId }) => {
      const { version } = await test.call('datasets.get', { datasetId })
      expectEqual([answered, version], [3, 1])
    },
    bad: [['E_NOT_FOUND', () => ({ opinionId: 'nowhere', itemIds: [1], value: 'cat' })]],
  },
  'opinions.finish': {
    alone: true,
    good: async (context) => ({ opinionId: await answered(context, 3) }),
    check: ({ answered, finishedAt }) => expectEqual([answered, finishedAt === null], [3, false]),
    bad: [unknownOpinion],
  },
  'opinions.remove': {
    alone: true,
    good: async (context) => ({ opinionId: await answered(context, 3) }),
    check: async (_output, { test, datasetId }) => expectEqual(await test.call('opinions.list', { datasetId }), []),
    bad: [unknownOpinion],
  },
  'opinions.agreement': {
    alone: true,
    good: async (context) => ({ opinionId: await finishedOpinion(context) }),
    check: ({ items, agreed, disagreements, classes }) => {
      expectEqual([items, agreed + disagreements, classes.map(({ name }) => name)], [6, 6, ['cat', 'dog']])
    },
    bad: [unknownOpinion],
  },
  'opinions.disagreements': {
    alone: true,
    good: async (context) => ({ opinionId: await finishedOpinion(context) }),
    check: ({ total, items }) => {
      expectEqual(
        [items.length, items.every(({ first, second }) => first === 'cat' && second === 'dog')],
        [total, true],
      )
    },
    bad: [unknownOpinion],
  },
  'opinions.decide': {
    alone: true,
    good: async (context) => {
      const opinionId = await finishedOpinion(context)
      const { items } = await context.test.call('opinions.disagreements', { opinionId })
      return { opinionId, itemIds: items.map(({ item }) => item), decision: 'taken' }
    },
    check: ({ dataset, changed }) => expectEqual([dataset.version, dataset.canUndo, changed > 0], [2, true, true]),
    bad: [['E_NOT_FOUND', () => ({ opinionId: 'nowhere', itemIds: [1], decision: 'kept' })]],
  },
  'models.list': {
    ...nothing,
    check: (list, { runId }) => {
      expectEqual(
        list.some((model) => model.id === 'efficientnet-lite0'),
        true,
      )
      expectEqual(list.find((model) => model.kind === 'trained')?.id, `run:${runId}`)
    },
  },
  'models.catalog': nothing,
  'models.describe': {
    good: () => ({ base: 'efficientnet-lite0', dataset: 'toy' }),
    bad: [
      ['E_MODEL_UNKNOWN', () => ({ base: 'nowhere' })],
      ['E_NOT_FOUND', () => ({ base: 'efficientnet-lite0', dataset: 'nowhere' })],
    ],
  },
  'models.plan': {
    good: () => ({ spec }),
    check: (plan) =>
      expectEqual(
        plan.problems.filter((problem) => problem.level === 'block'),
        [],
      ),
    bad: [
      ['E_RUN_SPEC', () => ({ spec: { ...spec, epochs: 0 } })],
      ['E_MODEL_UNKNOWN', () => ({ spec: { ...spec, base: 'nowhere' } })],
    ],
  },
  'models.match': {
    good: () => ({ base: { architecture: 'lenet' }, pattern: 'conv' }),
    check: ({ layers, error }) => expectEqual([layers.length > 0, error], [true, null]),
  },
  'models.predict': {
    good: ({ runId, datasetId }) => ({ runId, datasetId, itemIds: [1, 2] }),
    check: (rows) =>
      expectEqual(
        rows.map((row) => row.name),
        ['image 1', 'image 2'],
      ),
    bad: [unknownRun, ['E_PREDICT_INPUT', ({ runId }) => ({ runId })]],
  },
  'models.explain': {
    good: ({ runId, datasetId }) => ({ runId, datasetId, itemId: 1 }),
    check: ({ method, maps }) => expectEqual([method, maps.length], ['gradcam', 1]),
    bad: [
      unknownRun,
      ['E_PREDICT_INPUT', ({ runId }) => ({ runId })],
      ['E_NOT_FOUND', ({ runId }) => ({ runId, datasetId: 'nowhere', itemId: 1 })],
    ],
  },
  'models.predictFolder': {
    good: ({ test, runId }) => ({ runId, source: [test.folder, join(test.folder, 'ws')] }),
    check: async ({ jobId }, { test }) => {
      const { title, status } = await test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
      expectEqual([status, title.startsWith('Predict 2 files and folders with ')], ['done', true])
      const job = test.trainer.children.findLast(({ job }) => job.kind === 'predict')?.job
      // Taken as one folder.
      expectEqual(job?.kind === 'predict' ? job.sources : null, [[test.folder, join(test.folder, 'ws')]])
    },
    bad: [
      ['E_PREDICT_INPUT', ({ test, runId }) => ({ runId, source: test.folder, csv: '/nowhere/at/all.csv' })],
      ['E_SOURCE_PATH', ({ runId }) => ({ runId, source: '/nowhere/at/all' })],
    ],
  },
  'models.export': {
    good: ({ runId }) => ({ runId, format: 'tfjs' }),
    bad: [
      ['E_EXPORT_FORMAT', ({ runId }) => ({ runId, format: 'floppy' })],
      ['E_INPUT', ({ test, runId }) => ({ runId, format: 'tfjs', folder: test.folder })],
      ['E_NOT_FOUND', () => ({ runId: 'nowhere', format: 'tfjs' })],
    ],
  },
  'models.exports': {
    good: async ({ test, runId }) => {
      const { jobId } = await test.call('models.export', { runId, format: 'tfjs', folder: join(test.folder, 'out') })
      await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
      return { runId }
    },
    check: ([first], { test }) => expectEqual(first?.folder, join(test.folder, 'out')),
    bad: [unknownRun],
    alone: true,
  },
  'models.inspectFile': {
    good: ({ test }) => ({ source: writeGraftModel(join(test.folder, 'colours')), preparation: 'caffe' }),
    check: ({ name, classes, inputShape, preprocessing }) => {
      expectEqual([name, classes, inputShape], ['colours', COLOURS, [32, 32, 3]])
      expectEqual(preprocessing?.std[0], 1 / 255)
    },
    bad: [
      ['E_SOURCE_PATH', () => ({ source: '/nowhere/at/all' })],
      ['E_MODEL_FILE', ({ test }) => ({ source: test.folder })],
      ['E_INPUT', ({ test }) => ({ source: test.folder, preparation: 'sepia' })],
    ],
  },
  'models.import': {
    alone: true,
    good: ({ test }) => ({ source: writeGraftModel(join(test.folder, 'colours')), name: 'My colours' }),
    check: async ({ jobId }, { test }) => {
      const job = await test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
      expectEqual([job.status, job.result?.['modelId']], ['done', 'imported:my-colours'])
    },
    bad: [['E_SOURCE_PATH', () => ({ source: '/nowhere/at/all' })]],
  },
  'models.setPreparation': {
    alone: true,
    good: async ({ test }) => ({ modelId: `imported:${await importedColours(test)}`, preparation: 'raw' }),
    check: (model) => expectEqual([model.kind, model.imported?.isPrepared], ['imported', true]),
    bad: [['E_MODEL_UNKNOWN', () => ({ modelId: 'efficientnet-lite0', preparation: 'raw' })]],
  },
  'models.rename': {
    alone: true,
    good: async ({ test }) => ({ modelId: `imported:${await importedColours(test)}`, name: 'Three colours' }),
    check: (model) => expectEqual(model.title, 'Three colours'),
    bad: [['E_MODEL_UNKNOWN', () => ({ modelId: 'imported:nowhere', name: 'x' })]],
  },
  'models.remove': {
    alone: true,
    good: async ({ test }) => ({ modelId: `imported:${await importedColours(test)}` }),
    check: async (_output, { test }) =>
      expectEqual(
        (await test.call('models.list', {})).some(({ kind }) => kind === 'imported'),
        false,
      ),
    bad: [['E_MODEL_UNKNOWN', () => ({ modelId: 'efficientnet-lite0' })]],
  },
  'models.measure': {
    alone: true,
    good: () => ({ modelId: 'lenet' }),
    check: async ({ jobId }, { test }) => {
      const job = await test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
      const listed = (await test.call('models.list', {})).find(({ id }) => id === 'lenet')
      expectEqual([job.status, listed?.speed?.imagesPerSecond], ['done', 240])
    },
    bad: [['E_MODEL_UNKNOWN', ({ runId }) => ({ modelId: `run:${runId}` })]],
  },
  'precision.measure': {
    alone: true,
    good: () => ({ spec: frozenSpec }),
    check: async ({ jobId }, { test }) => {
      const job = await test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
      expectEqual([job.status, job.kind], ['done', 'measure-precision'])
      const { report } = await test.call('precision.report', { spec: frozenSpec })
      expectEqual([report?.dataset, report?.datasetVersion, report?.options[2]?.itemsPerSecond], ['toy', 1, 700])
    },
    bad: [
      ['E_RUN_SPEC', () => ({ spec })],
      ['E_RUN_SPEC', () => ({ spec: { ...frozenSpec, dataset: 'nowhere' } })],
      ['E_MODEL_UNKNOWN', () => ({ spec: { ...frozenSpec, base: 'run:nowhere' } })],
    ],
  },
  'precision.report': {
    good: () => ({ spec: frozenSpec }),
    check: ({ report }) => expectEqual(report, null),
    bad: [
      ['E_MODEL_UNKNOWN', () => ({ spec: { ...frozenSpec, base: 'run:nowhere' } })],
      ['E_RUN_SPEC', () => ({ spec: { ...frozenSpec, prefixPrecision: 'int4' } })],
    ],
  },
  'models.run': {
    alone: true,
    good: async ({ test }) => {
      const input = join(colours(test), 'weights.safetensors')
      return { model: 'efficientnet-lite0', input, output: join(test.folder, 'out.safetensors'), layers: ['stem_conv'] }
    },
    check: async ({ jobId }, { test }) => {
      const job = await test.when('jobs.changed', (job) => job.id === jobId && job.status !== 'running')
      expectEqual([job.status, job.result?.['tensors']], ['done', ['stem_conv']])
    },
    bad: [
      ['E_NOT_FOUND', ({ test }) => ({ model: 'nowhere', input: test.folder, output: join(test.folder, 'x') })],
      [
        'E_PREDICT_INPUT',
        ({ test }) => ({ model: 'efficientnet-lite0', input: test.folder, output: '/nowhere/at/all' }),
      ],
    ],
  },
  'runs.preflight': {
    good: () => ({ spec: { ...spec, dataset: 'nowhere' } }),
    check: ({ plan, problems }) => expectEqual([plan, problems[0]?.code], [null, 'dataset']),
    bad: [['E_RUN_SPEC', () => ({ spec: { ...spec, unknown: 1 } })]],
  },
  'runs.start': {
    alone: true,
    good: () => ({ spec }),
    bad: [
      ['E_RUN_SPEC', () => ({ spec: { ...spec, dataset: 'nowhere' } })],
      ['E_RUN_SPEC', () => ({ spec: { ...spec, datasetVersion: 99 } })],
      ['E_RUN_SPEC', () => ({ spec: { ...spec, strategy: { type: 'hope' } } })],
      ['E_RUN_SPEC', () => ({ spec: { ...spec, seed: -1 } })],
      ['E_RUN_SPEC', () => ({ spec: 'a text' })],
    ],
  },
  'runs.list': {
    good: () => ({ filter: { search: 'TOY' }, sort: 'metrics.validation.loss', descending: false }),
    check: ({ total, runs }, { runId }) => expectEqual([total, runs[0]?.id], [1, runId]),
    bad: [['E_INPUT', () => ({ sort: 'metric; DROP TABLE runs' })]],
  },
  'runs.get': {
    ...ofRun,
    check: (run) => {
      expectEqual([run.status, run.epochsDone, run.series.length, run.epochSeconds.length], ['finished', 3, 3, 3])
      expectEqual([run.spec.datasetVersion, run.spec.heads.length, run.heads[0]?.classes], [1, 1, ['cat', 'dog']])
      expectEqual([run.environment['tensorflow'], run.cache?.layer, run.weightChange.length], ['2.x', 'pool', 1])
      expectEqual(run.metrics['validation.loss'], { kept: 1 / 3, last: 1 / 3, best: 1 / 3, bestEpoch: 3 })
    },
  },
  'runs.series': {
    good: ({ runId }) => ({ runIds: [runId], metrics: ['train.loss', 'nowhere'] }),
    check: (series) =>
      expectEqual(
        series.map((one) => [one.metric, one.points, one.step.at(-1)]),
        [['train.loss', 6, 6]],
      ),
    bad: [['E_NOT_FOUND', () => ({ runIds: ['nowhere'], metrics: ['train.loss'] })]],
  },
  'runs.pause': {
    alone: true,
    good: async ({ test }) => {
      test.trainer.script('train', trainUntilTold)
      return { runId: (await test.call('runs.start', { spec })).runId }
    },
    bad: [unknownRun, ['E_RUN_STATE', ({ runId }) => ({ runId })]],
  },
  'runs.resume': {
    alone: true,
    good: async ({ test }) => {
      test.trainer.script('train', (child) => child.exit(1))
      return { runId: await trainToyRun(test) }
    },
    check: (run) => expectEqual(run.status, 'queued'),
    bad: [unknownRun, ['E_RUN_STATE', ({ runId }) => ({ runId })]],
  },
  'runs.stop': {
    alone: true,
    good: async ({ test }) => {
      test.trainer.script('train', trainUntilTold)
      return { runId: (await test.call('runs.start', { spec })).runId }
    },
    bad: [unknownRun, ['E_RUN_STATE', ({ runId }) => ({ runId })]],
  },
  'runs.extend': {
    alone: true,
    good: ({ runId }) => ({ runId, epochs: 2 }),
    check: (run) => expectEqual([run.status, run.epochs], ['queued', 5]),
    bad: [
      ['E_INPUT', ({ runId }) => ({ runId, epochs: 0 })],
      ['E_NOT_FOUND', () => ({ runId: 'nowhere', epochs: 1 })],
    ],
  },
  'runs.reorder': {
    alone: true,
    good: async ({ test }) => {
      test.trainer.script('train', trainUntilTold)
      await test.call('runs.start', { spec })
      await test.call('runs.start', { spec })
      return { runId: (await test.call('runs.start', { spec })).runId, position: 0 }
    },
    bad: [['E_RUN_STATE', ({ runId }) => ({ runId, position: 0 })]],
  },
  'runs.remove': {
    alone: true,
    good: ({ runId }) => ({ runIds: [runId] }),
    bad: [['E_NOT_FOUND', () => ({ runIds: ['nowhere'] })]],
  },
  'runs.annotate': {
    good: ({ runId }) => ({ runId, name: 'toy renamed', starred: true, tags: ['a', 'a', 'b'], notes: 'n', colour: 3 }),
    check: (run) =>
      expectEqual([run.name, run.starred, run.tags, run.notes, run.colour], ['toy renamed', true, ['a', 'b'], 'n', 3]),
    bad: [unknownRun, ['E_INPUT', ({ runId }) => ({ runId, colour: 12 })]],
  },
  'runs.confusion': {
    good: ({ runId }) => ({ runId, split: 'train' }),
    check: ({ counts }) => expectEqual(counts.flat().reduce((sum, count) => sum + count, 0) > 0, true),
    bad: [['E_NOT_FOUND', ({ runId }) => ({ runId, split: 'train', head: 'nowhere' })]],
  },
  'runs.tags': {
    alone: true,
    good: async ({ test, datasetId }) => ({ runId: await taggedRun(test, datasetId), split: 'train' }),
    check: ({ head, items, tags }) => {
      expectEqual([head, items], ['seen', 2])
      expectEqual(tags[0], {
        name: 'tree',
        threshold: 0.5,
        averagePrecision: 1,
        precision: 0.5,
        recall: 1,
        f1: 2 / 3,
        counts: [[0, 1], [0, 1]],
      }) // prettier-ignore
      expectEqual([tags[1]?.averagePrecision, tags[1]?.precision, tags[1]?.counts], [null, null, [[2, 0], [0, 0]]]) // prettier-ignore
    },
    bad: [['E_NOT_FOUND', ({ runId }) => ({ runId, split: 'train' })]],
  },
  'runs.predictions': {
    good: ({ runId }) => ({ runId, split: 'train', wrongOnly: true }),
    check: ({ predictions }) =>
      expectEqual(
        predictions.every((row) => row.expected === 'dog' && row.predicted === 'cat'),
        true,
      ),
    bad: [['E_NOT_FOUND', ({ runId }) => ({ runId, split: 'train', head: 'nowhere' })]],
  },
  'runs.exhibits': {
    good: ({ runId }) => ({ runId, ids: ['words', 'scores'] }),
    check: async (exhibits, { test, runId }) => {
      expectEqual(
        exhibits.map(({ id, kind, words }) => [id, kind, words]),
        [
          ['words', 'text', 'Accuracy rose.'],
          ['scores', 'table', 'One row.'],
        ],
      )
      expectEqual((await test.call('runs.exhibits', { runId })).length, 2)
    },
    bad: [unknownRun, ['E_INPUT', ({ runId }) => ({ runId, ids: 'words' })]],
  },
  'runs.review': {
    alone: true,
    good: async ({ test }) => ({ runId: await pausedForReview(test), exhibitId: 'review.1', kept: [5, 3, 5] }),
    check: async (answer, { test, runId }) => {
      expectEqual(answer, { kept: 2, refused: 1 })
      const { runs } = await test.call('runs.list', { filter: { status: ['paused'] } })
      const ask = (id: string, kept: number[]) =>
        test.call('runs.review', { runId: id, exhibitId: 'review.1', kept }).then(
          () => 'no error',
          (error: unknown) => (error as { code?: string }).code,
        )
      expectEqual(await ask(runs[0]?.id ?? '', [4]), 'E_INPUT')
      expectEqual(await ask(runId, []), 'E_NOT_FOUND')
      // What was kept goes to the trainer with the resumed run; then it is no longer waiting.
      let reviews: unknown = null
      test.trainer.script('train', (child) => {
        if (child.job.kind === 'train') reviews = child.job.reviews
        finish(child)
      })
      await test.call('runs.resume', { runId: runs[0]?.id ?? '' })
      await test.when('runs.changed', (event) => event.runId === runs[0]?.id && event.run?.status === 'finished')
      expectEqual(reviews, { 'review.1': [5, 3] })
      expectEqual(await ask(runs[0]?.id ?? '', []), 'E_RUN_STATE')
    },
    bad: [
      ['E_NOT_FOUND', () => ({ runId: 'nowhere', exhibitId: 'review.1', kept: [] })],
      ['E_NOT_FOUND', ({ runId }) => ({ runId, exhibitId: 'words', kept: [] })],
      ['E_INPUT', ({ runId }) => ({ runId, exhibitId: 'review.1', kept: 'all' })],
    ],
  },
  'runs.log': { ...ofRun, check: ([first]) => expectEqual([first?.seq, first?.text], [1, 'trained']) },
  'analyses.start': {
    good: () => ({ type: 'transferability', spec, params: { samples: 20 } }),
    check: async ({ jobId }, { test }) => {
      const job = await test.when('jobs.changed', (payload) => payload.id === jobId && payload.status !== 'running')
      expectEqual([job.status, job.kind], ['done', 'analyse'])
    },
    bad: [
      ['E_INPUT', () => ({ type: 'astrology', spec })],
      ['E_RUN_SPEC', () => ({ type: 'transferability', spec, params: { samples: 'many' } })],
      ['E_RUN_SPEC', () => ({ type: 'transferability', spec: { ...spec, dataset: 'nowhere' } })],
      ['E_MODEL_UNKNOWN', () => ({ type: 'transferability', spec: { ...spec, base: 'run:nowhere' } })],
    ],
  },
  'analyses.list': {
    good: async ({ test, datasetId }) => {
      await analysed(test)
      return { dataset: datasetId, type: 'transferability' }
    },
    check: ([first]) => expectEqual([first?.words, first?.dataset.name], ['It was measured.', 'toy']),
  },
  'analyses.get': {
    good: async ({ test }) => ({ analysisId: await analysed(test) }),
    check: ({ facts, exhibits, params, suggestions }) => {
      expectEqual([facts['models'], params['samples'], exhibits[0]?.id, suggestions.length], [3, 500, 'toy', 1])
    },
    bad: [['E_NOT_FOUND', () => ({ analysisId: 'nowhere' })]],
  },
  'analyses.remove': {
    good: async ({ test }) => ({ analysisIds: [await analysed(test)] }),
    bad: [['E_NOT_FOUND', () => ({ analysisIds: ['nowhere'] })]],
  },
  'studies.plan': {
    good: () => ({ study: toyStudy }),
    check: ({ runs, arms, problems }) => expectEqual([runs, arms.length, problems], [9, 3, []]),
    bad: [
      ['E_INPUT', () => ({ study: { ...toyStudy, kind: 'contest' } })],
      ['E_INPUT', () => ({ study: { ...toyStudy, seeds: [] } })],
      ['E_INPUT', () => ({ study: { ...toyStudy, budget: { kind: 'epochs', epochs: 0 } } })],
    ],
  },
  'studies.start': {
    alone: true,
    good: () => ({ study: toyStudy }),
    check: async ({ studyId }, { test }) => {
      const { status, runs } = await test.call('studies.get', { studyId })
      expectEqual([status === 'paused', runs.total], [false, 9])
    },
    bad: [['E_RUN_SPEC', () => ({ study: { ...toyStudy, arms: [{ preset: 'nowhere' }] } })]],
  },
  'studies.list': {
    good: async (context) => {
      await startedStudy(context)
      return {}
    },
    check: ([first]) => expectEqual([first?.name, first?.arms, first?.seeds], ['toy tournament', 3, [1, 2, 3]]),
    alone: true,
  },
  'studies.get': {
    alone: true,
    good: startedStudy,
    check: ({ cells, plan }) => expectEqual([cells.length, plan.length], [9, 3]),
    bad: [unknownStudy],
  },
  'studies.cancel': {
    alone: true,
    good: (context) => {
      context.test.trainer.script('train', trainUntilTold)
      return startedStudy(context)
    },
    check: ({ runs }) => expectEqual(runs.queued, 0),
    bad: [unknownStudy],
  },
  'studies.resume': {
    alone: true,
    good: async (context) => {
      context.test.trainer.script('train', trainUntilTold)
      const ref = await startedStudy(context)
      await context.test.call('studies.cancel', ref)
      await context.test.when('studies.changed', (event) => event.study?.status === 'cancelled')
      return ref
    },
    check: ({ runs }) => expectEqual(runs.queued + runs.running, 9),
    bad: [unknownStudy],
  },
  'studies.rename': {
    alone: true,
    good: async (context) => ({ ...(await startedStudy(context)), name: 'renamed' }),
    check: ({ name }) => expectEqual(name, 'renamed'),
    bad: [
      ['E_NOT_FOUND', () => ({ studyId: 'nowhere', name: 'x' })],
      ['E_INPUT', () => ({ studyId: 'nowhere', name: '' })],
    ],
  },
  'studies.remove': {
    alone: true,
    good: async (context) => ({ ...(await startedStudy(context)), withRuns: true }),
    check: async (_output, { test }) => {
      expectEqual([await test.call('studies.list', {}), (await test.call('runs.list', {})).total], [[], 1])
    },
    bad: [unknownStudy],
  },
  'studies.report': {
    good: ({ test, runId }) => ({ runIds: [runId], file: join(test.folder, `report-${test.events.length}.html`) }),
    check: ({ path }, { test }) => expectEqual([existsSync(path), dirname(path)], [true, test.folder]),
    bad: [
      unknownStudy,
      ['E_NOT_FOUND', () => ({ runIds: ['nowhere'] })],
      ['E_INPUT', () => ({})],
      ['E_INPUT', ({ runId }) => ({ runIds: [runId], file: '/nowhere/at/all.html' })],
    ],
  },
}

/** A workbench with an open workspace, the toy dataset and a finished run. */
export async function caseContext(test: TestWorkbench): Promise<CaseContext> {
  mkdirSync(join(test.folder, 'user'), { recursive: true })
  return { test, datasetId: await openToyWorkspace(test), runId: await trainToyRun(test) }
}
