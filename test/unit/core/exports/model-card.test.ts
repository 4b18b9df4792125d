import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ExportJob } from '../../../../src-main/contract/trainer.ts'
import { htmlCard } from '../../../../src-main/learning/exporters/card/html-card.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench, trainToyRun } from '../../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(() => {
  test = testWorkbench()
})
afterEach(() => test.close())

const PROOF = { samples: 2, maxDifference: 1e-6, sameTop1: 1, isRealData: true }

async function exported(intendedUse?: string): Promise<ExportJob> {
  await openToyWorkspace(test)
  const runId = await trainToyRun(test)
  const { jobId } = await test.call('models.export', { runId, format: 'tfjs', ...(intendedUse ? { intendedUse } : {}) })
  await test.when('jobs.changed', ({ id, status }) => id === jobId && status === 'done')
  return test.trainer.children.at(-1)?.job as ExportJob
}

it('shows what the store has of the run', async () => {
  const { card, format } = await exported('To tell cats.')
  const details = card.details!
  const [head] = details.heads
  const run = (await test.call('runs.list', {})).runs[0]!
  const matrix = await test.call('runs.confusion', { runId: run.id, split: head!.split! })
  expect([format, head?.split, head?.counts]).toEqual(['tfjs', 'test', matrix.counts])
  const wrong = await test.call('runs.predictions', { runId: run.id, split: 'test', wrongOnly: true })
  expect(head?.mistakes.map(({ name }) => name)).toEqual(wrong.predictions.map(({ name }) => name))
  expect(head?.mistakes.every(({ picture }) => picture?.path === null && picture.row !== null)).toBe(true)
  expect(details.metrics.find(({ name }) => name === 'validation.loss')?.kept).toBe(
    run.metrics['validation.loss']?.kept,
  )
  expect(details.curves.map(({ metric, value }) => [metric, value.length])).toEqual([
    ['train.loss', 6],
    ['validation.loss', 3],
    ['validation.accuracy', 3],
  ])
  const sum = details.blocks.flatMap(({ layers }) => layers).reduce((total, { parameters }) => total + parameters, 0)
  expect([sum, details.dataset.hash]).toEqual([run.parameters.total, run.dataset.hash])
  expect(card.lines.filter(({ label }) => ['Format', 'Input', 'Intended use'].includes(label))).toEqual([
    { label: 'Format', value: 'TensorFlow.js' },
    { label: 'Input', value: 'prepared numbers' },
    { label: 'Intended use', value: 'To tell cats.' },
  ])
})

it('says on its page what it was given, and nothing of a user becomes HTML', async () => {
  const { card } = await exported()
  const details = card.details!
  const evil = '<script>x</script>'
  const [head] = details.heads
  const counts = [[3, 1], [0, 4]] // prettier-ignore
  const mistake = { name: evil, expected: evil, predicted: 'dog', confidence: 0.75, picture: { path: evil, row: null } }
  const heads = [{ ...head!, name: evil, classes: [evil, 'dog'], counts, mistakes: [mistake] }]
  const mistakes = [
    [
      { ...mistake, image: 'data:image/png;base64,AAAA' },
      { ...mistake, image: null },
    ],
  ]
  const splits = [{ split: 'test', items: 8, labelled: 8, sha256: 'f'.repeat(64) }]
  const text = htmlCard({ card: { ...card, title: evil } }, { ...details, heads }, { proof: PROOF, mistakes, splits })
  expect(text).not.toMatch(/<script|https?:/)
  // 7 of 8, and of the first class 3 of 4: Wilson's intervals.
  expect(text).toContain('Accuracy 87.5 % (52.9 % to 97.8 %): 7 of 8 items of the test split.')
  expect(text).toContain('30.1 % to 95.4 %')
  for (const words of ['Not said.', '75.0 % sure', 'The picture is not at hand.', 'f'.repeat(64), '2 real samples']) {
    expect(text).toContain(words)
  }
  expect(text.split('<img ')).toHaveLength(2)
})

it('of many classes names the pairs that are most often mistaken instead of a matrix', async () => {
  const { card } = await exported()
  const details = card.details!
  const classes = Array.from({ length: 40 }, (_, index) => `class ${index}`)
  const counts = classes.map((_, row) =>
    classes.map((_, column) => (column === row ? 2 : column === row + 1 ? row : 0)),
  )
  const heads = [{ ...details.heads[0]!, classes, counts, mistakes: [] }]
  const text = htmlCard({ card }, { ...details, heads }, { proof: PROOF, mistakes: [[]], splits: null })
  expect(text).not.toContain('class="matrix"')
  expect(text).toMatch(/12 of 38:[\s\S]*class 38<\/td>\s*<td class="">class 39/)
  expect(text).toContain('The list of items is not at hand.')
})
