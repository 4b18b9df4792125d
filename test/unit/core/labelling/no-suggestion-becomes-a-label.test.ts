import type { LabelValue } from '../../../../src-main/contract/datasets.ts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LabelValue } from '../../../../src-main/contract/datasets.ts'
import { labellingReady, learntState } from '../../../support/labelling-cases.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'

const column = 'label'
const CLASSES = ['cat', 'dog', 'horse']
const item = fc.integer({ min: 1, max: 12 })
const items = fc.uniqueArray(item, { minLength: 1, maxLength: 4 })

/** What a person, or the window by itself, may do. Only `label`, `accept`, `undo` and `redo` may change a label. */
const action = fc.oneof(
  fc.record({ kind: fc.constant('label' as const), items, value: fc.constantFrom(...CLASSES, null) }),
  fc.record({ kind: fc.constant('accept' as const), items, value: fc.constantFrom(...CLASSES), test: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const) }),
  fc.record({ kind: fc.constant('split' as const), items, split: fc.constantFrom('train', 'validation', 'test') }),
  fc.record({ kind: fc.constantFrom('start' as const, 'stop' as const, 'kill' as const, 'wait' as const) }),
  fc.record({ kind: fc.constant('look' as const), items }),
  fc.record({ kind: fc.constant('order' as const), by: fc.constantFrom('uncertainty', 'novelty', 'mixed', 'random') }),
  fc.record({ kind: fc.constant('draw' as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('candidates' as const), above: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('mark' as const), items, mark: fc.constantFrom('kept', 'unsure', null) }),
  fc.record({ kind: fc.constant('audit' as const) }),
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

type Labels = LabelValue[]

/** The labels as they would be without any suggestions. */
interface Model {
  labels: Labels
  readonly undo: Labels[]
  readonly redo: Labels[]
}

it('never becomes a label without a person’s word, whatever happens in whichever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
      const test = testWorkbench()
      try {
        const datasetId = await openToyWorkspace(test)
        await labellingReady(test, datasetId)
        const model: Model = { labels: await labelsOf(test, datasetId), undo: [], redo: [] }
        for (const one of actions) {
          await act(test, datasetId, one, model)
          expect(await labelsOf(test, datasetId), JSON.stringify(one)).toEqual(model.labels)
        }
        expect(test.errors).toEqual([])
      } finally {
        await test.close()
      }
    }),
    { numRuns: 25 },
  )
}, 120_000)

async function labelsOf(test: TestWorkbench, datasetId: string): Promise<Labels> {
  const { items: found } = await test.call('datasets.items', { datasetId, offset: 0, limit: 100 })
  return found.map(({ labels }) => labels[column] ?? null)
}

async function act(test: TestWorkbench, datasetId: string, one: Action, model: Model): Promise<void> {
  const ask = (name: string, input: object) => test.raw(name, { datasetId, ...input })
  switch (one.kind) {
    case 'label': {
      await ask('datasets.label', { column, itemIds: one.items, value: one.value })
      return changeLabels(model, (id, before) => (one.items.includes(id) ? one.value : before))
    }
    case 'accept': {
      const labels = [{ itemIds: one.items, value: one.value }]
      const reply = await ask('labelling.accept', { column, labels, test: one.test })
      if (!reply.ok) return
      return changeLabels(model, (id, before) => (one.items.includes(id) && before === null ? one.value : before))
    }
    case 'undo':
    case 'redo': {
      const reply = await ask(`datasets.${one.kind}`, {})
      if (!reply.ok) return
      const other = one.kind === 'undo' ? model.redo : model.undo
      other.push(model.labels)
      model.labels = model[one.kind].pop()!
      return
    }
    case 'split': {
      const reply = await ask('datasets.moveToSplit', { itemIds: one.items, split: one.split })
      if (reply.ok && (reply.value as { changed: number }).changed > 0) remember(model)
      return
    }
    case 'kill':
      return test.trainer.children.at(-1)?.exit(null, 'SIGKILL')
    case 'start':
      return void (await ask('labelling.start', {}))
    case 'stop':
      return void (await ask('labelling.stop', {}))
    case 'wait':
      return void (await learntState(test, datasetId))
    case 'look':
      await ask('labelling.allSuggestions', { column })
      return void (await ask('labelling.suggestions', { column, itemIds: one.items }))
    case 'order':
      return void (await ask('labelling.order', { column, by: one.by }))
    case 'draw':
      return void (await ask('labelling.draw', { column, count: one.count }))
    case 'candidates':
      return void (await ask('labelling.candidates', { column, above: one.above, test: true }))
    case 'mark':
      return void (await ask('labelling.mark', { column, itemIds: one.items, mark: one.mark }))
    case 'audit':
      await ask('labelling.suspicious', { column })
      return void (await ask('labelling.duplicates', {}))
  }
}

function remember(model: Model): void {
  model.undo.push(model.labels)
  model.redo.splice(0)
}

/** What changes nothing is no version, and nothing to undo; a class that is new makes one, even where no label is. */
function changeLabels(model: Model, after: (id: number, before: Labels[number]) => Labels[number]): void {
  const labels = model.labels.map((before, place) => after(place + 1, before))
  if (labels.every((label, place) => label === model.labels[place])) return
  remember(model)
  model.labels = labels
}
