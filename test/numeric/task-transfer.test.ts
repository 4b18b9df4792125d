import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ExhibitOf } from '../../src-main/contract/exhibits.ts'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { withStrategy } from '../support/toy-extras.ts'
import { messagesOf, runToy, toyJob, type ToyRun } from '../support/toy-run.ts'
import { withTasks } from '../support/toy-tasks.ts'

const FEW = { readoutLabels: 30, readoutEpochs: 4, readoutUnits: 8 }

async function job(strategy: Record<string, unknown>): Promise<TrainJob> {
  const plain = await toyJob({ strategy: 'task-transfer', trainedBlocks: ['block1', 'block2'], spec: { epochs: 3 } })
  return withStrategy(withTasks(plain), { ...FEW, ...strategy })
}

const exhibitOf = <K extends 'matrix' | 'table' | 'text'>(run: ToyRun, id: string) =>
  messagesOf(run, 'exhibit').find(({ exhibit }) => exhibit.id === id)?.exhibit as ExhibitOf<K> | undefined

const headsOf = (of: TrainJob) =>
  JSON.parse(readFileSync(join(of.folder, 'model', 'heads.json'), 'utf8')) as Manifest['heads']

describe('task transfer between three tasks', () => {
  let one: TrainJob
  let run: ToyRun
  beforeAll(async () => {
    one = await job({})
    run = await runToy(one)
  }, 300_000)

  test('every task and every baseline is a row; columns sum to 1; a click starts that transfer', () => {
    const matrix = exhibitOf<'matrix'>(run, 'affinity')!
    expect(matrix.rows).toEqual(['label', 'is top', 'height', 'base as it is', 'random encoder', 'scratch'])
    expect(matrix.columns).toEqual(['label', 'is top', 'height'])
    for (const t of [0, 1, 2]) expect(matrix.values.reduce((sum, row) => sum + row[t]!, 0)).toBeCloseTo(1, 9)
    expect(matrix.patches![0]![0]).toBe(null)
    expect(matrix.patches![5]![0]).toBe(null)
    expect(matrix.patches![1]![0]).toEqual({
      'strategy.sources': ['is top'],
      'strategy.targets': ['label'],
      'strategy.mainTask': 'label',
      'strategy.keep': 'transfer',
    })
  })

  test('gain is one half against scratch itself, quality is there, sources are chosen per budget', () => {
    const gain = exhibitOf<'matrix'>(run, 'gain')!
    expect(gain.values.at(-1)).toEqual([0.5, 0.5, 0.5])
    expect(
      exhibitOf<'matrix'>(run, 'quality')!
        .values.flat()
        .every((share) => share !== null && share >= 0 && share <= 1),
    ).toBe(true)
    const budgets = exhibitOf<'table'>(run, 'source-budget')!
    expect(budgets.rows).toHaveLength(3)
    const values = budgets.rows.map((row) => Number(row[2]))
    expect(values).toEqual(values.toSorted((a, b) => a - b))
    expect(exhibitOf<'table'>(run, 'suggested-sources')!.rows.map(([target]) => target)).toEqual([
      'label',
      'is top',
      'height',
    ])
    expect(exhibitOf<'text'>(run, 'few-items')!.level).toBe('warn')
  })

  test('every readout has the same budget: as many steps, whatever it stands on', () => {
    const steps = new Map<string, number>()
    for (const point of run.points) {
      const name = /^train\.(.+\.to\..+)\.loss /.exec(point)?.[1]
      if (name !== undefined) steps.set(name, (steps.get(name) ?? 0) + 1)
    }
    expect(steps.size).toBe(6 * 3)
    for (const target of ['label', 'is top', 'height']) {
      const counts = [...steps]
        .filter(([name]) => name.endsWith(`.to.${target.replace(' ', '-')}`))
        .map(([, count]) => count)
      expect(new Set(counts).size, target).toBe(1)
    }
  })

  test('the best network of the main task is kept, and it alone', () => {
    expect(headsOf(one).map(({ name }) => name)).toEqual(['label'])
  })
})

test('one transfer that was clicked is kept as one network', async () => {
  const one = await job({ sources: ['is top'], targets: ['height'], mainTask: 'height', keep: 'transfer' })
  const run = await runToy(one)
  expect(run.outcome).toBe('finished')
  expect(headsOf(one).map(({ name }) => name)).toEqual(['height'])
  const layers = messagesOf(run, 'weights')[0]!.changes.map(({ layer }) => layer)
  expect(layers).toEqual(['block1_conv', 'block1_bn', 'block2_conv', 'block2_bn', 'readout_hidden', 'head_height'])
  // What the joined network says of the test items is what its readout was measured with.
  const measured = run.points.filter((point) => point.startsWith('validation.is-top.to.height.loss ')).at(-1)!
  const rows = messagesOf(run, 'predictions')
    .filter(({ split }) => split === 'validation')
    .flatMap((message) => message.rows)
  const labelled = rows.filter(({ expected }) => expected !== null)
  const loss = labelled.reduce((sum, row) => sum + row.loss, 0) / labelled.length
  expect(loss).toBeCloseTo(Number(measured.split(' ').at(-1)), 4)
})
