import { join } from 'node:path'
import type { Exhibit, ExhibitOf } from '../../src-main/contract/exhibits.ts'
import type { ExperimentSpecInput } from '../../src-main/contract/spec.ts'
import {
  relativeGain,
  type TaskScore,
} from '../../src-main/learning/strategies/common/multi-task/sharing-comparison.ts'
import { labelOptions, writeDigitTasks } from './data/digit-tasks.ts'
import { meanInterval, openWorkspace } from './support/graft.ts'
import { type Figures, recordClaim } from './support/record.ts'

/** Multi-task learning where it helps (few labels, tasks that have to do with each other) and where it hurts (a narrow network that has to learn
 *  labels without meaning beside), hard sharing against soft. */

const isShort = process.argv.includes('--short')

const COLUMNS = ['digit', 'parity', 'half', 'loops', 'random', 'thickness', 'slant']
const NUMBERS = ['thickness', 'slant']

const CASES = {
  related: {
    tasks: ['digit', 'parity', 'half', 'loops'],
    base: { architecture: 'lenet', options: { filters: 16 } },
    labels: 200,
    epochs: isShort ? 5 : 30,
    batchSize: 20,
  },
  unrelated: {
    tasks: ['digit', 'random', 'slant'],
    base: { architecture: 'mlp', options: { hidden: '16' } },
    labels: 1000,
    epochs: isShort ? 5 : 30,
    batchSize: 20,
  },
} as const
type Case = keyof typeof CASES

const METHODS = {
  'hard, equal': { type: 'multi-task-hard', weighting: 'equal' },
  'hard, uncertainty': { type: 'multi-task-hard', weighting: 'uncertainty' },
  'hard, PCGrad': { type: 'multi-task-hard', weighting: 'pcgrad' },
  'soft, 0.0001': { type: 'multi-task-soft', strength: 0.0001 },
  'soft, 0.01': { type: 'multi-task-soft', strength: 0.01 },
} as const
type Method = keyof typeof METHODS

const SETTINGS = {
  images: isShort ? 1200 : 6000,
  // All test images count, of the others as many labels as the case says.
  split: '0.3,0.03,0.67',
  cases: CASES,
  methods: METHODS,
  optimizer: { type: 'adam', learningRate: 0.001 },
  seeds: isShort ? [1] : [1, 2, 3],
}

const workspace = openWorkspace()
let imported: Promise<void> | null = null
const importDigits = () => (imported ??= importTasks())

async function importTasks(): Promise<void> {
  const folder = join(workspace.folder, 'digits')
  await writeDigitTasks(folder, { count: SETTINGS.images, isTurned: false, seed: 1 })
  await workspace.import('digits', folder, labelOptions(COLUMNS, SETTINGS.split))
}

const CASE_NAMES = Object.keys(CASES) as Case[]
const METHOD_NAMES = Object.keys(METHODS) as Method[]
const partName = (name: Case, seed: number) => `${name} seed ${seed}`

/** Per method the test score of each task; of the first one also that of each task alone, which is the same for all. */
async function seedRun(name: Case, seed: number): Promise<Figures> {
  await importDigits()
  const { tasks } = CASES[name]
  const figures: Record<string, number[]> = {}
  for (const [place, method] of METHOD_NAMES.entries()) {
    const exhibits = await runMethod(name, { method, seed, compareAlone: place === 0 })
    const table = exhibits.find(({ id }) => id === 'tasks') as ExhibitOf<'table'>
    figures[method] = table.rows.slice(0, tasks.length).map((row) => round((row[3] ?? row[4]) as number))
    if (place > 0) continue
    const compared = exhibits.find(({ id }) => id === 'sharing') as ExhibitOf<'table'>
    figures['alone'] = compared.rows.slice(0, tasks.length).map((row, t) => aloneScore(row, tasks[t]!))
  }
  return figures
}

/** The table shows percent of accuracies. */
function aloneScore(row: readonly (string | number | null)[], task: string): number {
  return round(Number.parseFloat(String(row[3])) / (NUMBERS.includes(task) ? 1 : 100))
}

async function runMethod(
  name: Case,
  { method, seed, compareAlone }: { method: Method; seed: number; compareAlone: boolean },
): Promise<Exhibit[]> {
  const { tasks, base, labels, epochs, batchSize } = CASES[name]
  const heads = tasks.map((task) => {
    return {
      name: task,
      column: task,
      type: NUMBERS.includes(task) ? ('regression' as const) : ('classification' as const),
    }
  })
  const spec: ExperimentSpecInput = {
    dataset: 'digits',
    base,
    heads,
    strategy: { ...METHODS[method], compareAlone },
    labelLimit: labels,
    epochs,
    batchSize,
    optimizer: SETTINGS.optimizer,
    seed,
  }
  return ((await workspace.run(spec)) as unknown as { exhibits: Exhibit[] }).exhibits
}

const round = (value: number): number => Math.round(value * 1e5) / 1e5

/** Relative gains of a method's tasks over each alone. */
function gainsOf(name: Case, figures: Figures, method: Method): number[] {
  const [together, alone] = [figures[method], figures['alone']] as [readonly number[], readonly number[]]
  return CASES[name].tasks.map((task, t) => {
    const metric: TaskScore['metric'] = NUMBERS.includes(task) ? 'rmse' : 'accuracy'
    return relativeGain({ task, metric, together: together[t]!, alone: alone[t]! })
  })
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const percent = (value: number): string => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`

await recordClaim({
  name: 'multi-task',
  title: 'Multi-task learning: where sharing helps and where it hurts',
  published:
    'Caruana 1997: related tasks improve each other most with few samples; Vandenhende et al. 2021: hard sharing can lose against single tasks where tasks compete for capacity. No single figure is repeated here: digits of MNIST with columns made from them.',
  settings: SETTINGS,
  parts: CASE_NAMES.flatMap((name) =>
    SETTINGS.seeds.map((seed) => ({ name: partName(name, seed), run: () => seedRun(name, seed) })),
  ),
  report(parts) {
    const deltas = (name: Case, method: Method) =>
      SETTINGS.seeds.map((seed) => mean(gainsOf(name, parts[partName(name, seed)]!, method)))
    const first = (name: Case, method: Method) =>
      SETTINGS.seeds.map((seed) => gainsOf(name, parts[partName(name, seed)]!, method)[0]!)
    const interval = (values: readonly number[]) => {
      const { mean: middle, half } = meanInterval(values)
      const all = values.map(percent).join(', ')
      return Number.isNaN(half) ? percent(middle) : `${percent(middle)} +- ${(100 * half).toFixed(1)} (${all})`
    }
    const rows = CASE_NAMES.flatMap((name) =>
      METHOD_NAMES.map((method) => [
        `${name}: ${CASES[name].tasks.join(', ')}`,
        method,
        interval(deltas(name, method)),
        interval(first(name, method)),
      ]),
    )
    const of = (name: Case, method: Method) => mean(deltas(name, method))
    const soft = METHOD_NAMES.filter((method) => method.startsWith('soft'))
    const bestSoft = soft.toSorted((a, b) => of('unrelated', b) - of('unrelated', a))[0]!
    const [helps, hurts, less] = [
      of('related', 'hard, equal'),
      of('unrelated', 'hard, equal'),
      of('unrelated', bestSoft),
    ]
    return {
      columns: ['tasks', 'method', 'delta m, %', 'gain of the digit, %'],
      rows,
      words: `Against a network of its own for each task, hard sharing changes the scores by ${percent(helps)} % with related tasks and few labels, and by ${percent(hurts)} % in a narrow network with a task without meaning; soft sharing (${bestSoft}) there by ${percent(less)} %.`,
      isReached: helps > 0 && hurts < 0 && less > hurts,
    }
  },
})
workspace.close()
