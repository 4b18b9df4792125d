import { join } from 'node:path'
import type { Exhibit, ExhibitOf } from '../../src-main/contract/exhibits.ts'
import { labelOptions, writeDigitTasks } from './data/digit-tasks.ts'
import { meanInterval, openWorkspace } from './support/graft.ts'
import { type Figures, recordClaim } from './support/record.ts'

/** Task transfer between the label columns of one dataset of turned digits. */

const isShort = process.argv.includes('--short')

const SETTINGS = {
  images: isShort ? 600 : 6000,
  split: '0.6,0.2,0.2',
  tasks: ['digit', 'parity', 'half', 'loops', 'rotation', 'thickness', 'slant'].slice(0, isShort ? 3 : 7),
  base: { architecture: 'lenet' },
  epochs: isShort ? 2 : 10,
  batchSize: 64,
  optimizer: { type: 'adam', learningRate: 0.001 },
  readoutLabels: isShort ? 50 : 100,
  readoutEpochs: isShort ? 3 : 40,
  seeds: isShort ? [1] : [1, 2, 3],
}

const NUMBERS = ['thickness', 'slant']
const workspace = openWorkspace()
let imported: Promise<void> | null = null
const importDigits = () => (imported ??= importTasks())

async function importTasks(): Promise<void> {
  const folder = join(workspace.folder, 'digits')
  await writeDigitTasks(folder, { count: SETTINGS.images, isTurned: true, seed: 1 })
  await workspace.import('digits', folder, labelOptions(SETTINGS.tasks, SETTINGS.split))
}

/** Of each target: the suggested source, its gain over scratch, and how often it beats the other sources on test items. */
async function seedRun(seed: number): Promise<Figures> {
  await importDigits()
  const { tasks, base, epochs, batchSize, optimizer, readoutLabels, readoutEpochs } = SETTINGS
  const heads = tasks.map((name) => {
    return { name, column: name, type: NUMBERS.includes(name) ? ('regression' as const) : ('classification' as const) }
  })
  const strategy = { type: 'task-transfer', readoutLabels, readoutEpochs, sourceBudget: 2 }
  const run = await workspace.run({ dataset: 'digits', base, heads, strategy, epochs, batchSize, optimizer, seed })
  const exhibits = run['exhibits'] as Exhibit[]
  const table = exhibits.find(({ id }) => id === 'suggested-sources') as ExhibitOf<'table'>
  const budget = exhibits.find(({ id }) => id === 'source-budget') as ExhibitOf<'table'>
  const figures: Record<string, number | string | number[]> = { seed }
  for (const row of table.rows) {
    const [target, source] = row as [string, string]
    figures[`${target}: source`] = source
    figures[`${target}: affinity, stability, gain, quality`] = [row[2], row[3], row[4], row[7]].map((v) =>
      round(v as number),
    )
    figures[`${target}: against other sources, from, to`] = [row[8], row[9], row[10]].map((v) => round(v as number))
  }
  figures['best two sources'] = String(budget.rows[1]?.[1] ?? '')
  return figures
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4
const percent = (share: number): string => (100 * share).toFixed(1)

await recordClaim({
  name: 'taskonomy',
  title: 'Taskonomy: which task to transfer from',
  published:
    'Zamir et al. 2018: transfers that the affinity chooses win over others and over training from scratch on the same few labels (26 tasks, 4 million images). Here: seven tasks on 6,000 turned MNIST digits, LeNet encoders, readouts on 100 labels; sources chosen on validation items, measured on test items.',
  settings: SETTINGS,
  parts: SETTINGS.seeds.map((seed) => ({ name: `seed ${seed}`, run: () => seedRun(seed) })),
  report(parts) {
    const runs = Object.values(parts)
    const at = (target: string, name: string, place: number) =>
      runs.map((figures) => (figures[`${target}: ${name}`] as number[])[place]!)
    const mean = (values: readonly number[]) => meanInterval(values).mean
    const rows = SETTINGS.tasks.map((target) => {
      const others = at(target, 'against other sources, from, to', 0)
      const lows = at(target, 'against other sources, from, to', 1)
      const highs = at(target, 'against other sources, from, to', 2)
      return [
        target,
        [...new Set(runs.map((figures) => String(figures[`${target}: source`])))].join(' / '),
        percent(mean(at(target, 'affinity, stability, gain, quality', 1))),
        `${percent(mean(others))} (${percent(Math.min(...lows))} to ${percent(Math.max(...highs))})`,
        percent(mean(at(target, 'affinity, stability, gain, quality', 2))),
        percent(mean(at(target, 'affinity, stability, gain, quality', 3))),
      ]
    })
    const perSeed = runs.map((_, i) =>
      mean(SETTINGS.tasks.map((target) => at(target, 'against other sources, from, to', 0)[i]!)),
    )
    const gains = runs.map((_, i) =>
      mean(SETTINGS.tasks.map((target) => at(target, 'affinity, stability, gain, quality', 2)[i]!)),
    )
    const [others, gain] = [meanInterval(perSeed), meanInterval(gains)]
    const isReached = others.mean - (Number.isNaN(others.half) ? 0 : others.half) > 0.5
    return {
      columns: [
        'target',
        'suggested source',
        'stays first in resamples, %',
        'beats the other sources on, % (bootstrap 95 %)',
        'beats scratch on, %',
        'beats all labels on, %',
      ],
      rows,
      words: `The source that the affinity suggests beats the other sources on ${percent(others.mean)}${Number.isNaN(others.half) ? '' : ` ± ${percent(others.half)}`} % of test items (mean over targets, ${runs.length} seeds), and training from scratch on the same labels on ${percent(gain.mean)} %. Best two sources: ${runs.map((figures) => String(figures['best two sources'])).join('; ')}.`,
      isReached,
    }
  },
})
workspace.close()
