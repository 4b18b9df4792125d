import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExperimentSpecInput } from '../../src-main/contract/spec.ts'
import { hScore } from '../../src-main/learning/transferability/h-score.ts'
import { leep } from '../../src-main/learning/transferability/leep.ts'
import { logMe } from '../../src-main/learning/transferability/log-me.ts'
import type { Matrix } from '../../src-main/learning/transferability/matrix.ts'
import { nce } from '../../src-main/learning/transferability/nce.ts'
import { kendallTau, weightedTau } from '../../src-main/learning/transferability/rank-correlation.ts'
import { labelOptions, writeDigitTasks } from './data/digit-tasks.ts'
import { pickImages, writeIdx } from './data/idx.ts'
import { uciDigits } from './data/uci-digits.ts'
import { dataPath, meanInterval, openWorkspace } from './support/graft.ts'
import { type Figures, recordClaim } from './support/record.ts'

/** Transferability scores: equal to an independent implementation, and in the order of real fine-tuning. */

const isShort = process.argv.includes('--short')

const SETTINGS = {
  images: isShort ? 600 : 4000,
  /** A base for each: the column that it is trained on, and how many labels of it. */
  bases: [
    { column: 'digit', labels: null },
    { column: 'digit', labels: 100 },
    { column: 'low', labels: null },
    { column: 'high', labels: null },
    { column: 'parity', labels: null },
    { column: 'half', labels: null },
    { column: 'loops', labels: null },
    { column: 'random', labels: null },
  ].slice(0, isShort ? 3 : 8),
  architecture: 'lenet',
  baseEpochs: isShort ? 2 : 10,
  target: 'UCI digits, 100 labels, 20 epochs',
  labels: 100,
  epochs: isShort ? 2 : 20,
  samples: 500,
  seeds: isShort ? [1] : [1, 2, 3],
}

const COLUMNS = ['digit', 'low', 'high', 'parity', 'half', 'loops', 'random']
const OPTIMIZER = { type: 'adam', learningRate: 0.001 }
type Base = (typeof SETTINGS.bases)[number]
const nameOf = ({ column, labels }: Base) => (labels === null ? column : `${column}, ${labels} labels`)

/** Largest differences to the values of NumPy in the test fixtures. */
async function reference(): Promise<Figures> {
  const path = new URL('../fixtures/reference/transferability.json', import.meta.url)
  const { sets } = JSON.parse(readFileSync(path, 'utf8')) as { sets: ReferenceSet[] }
  const largest = (of: (set: ReferenceSet) => number) => Math.max(...sets.map((set) => Math.abs(of(set))))
  return Promise.resolve({
    logMe: largest((set) => logMe(matrix(set.features), set.labels) - set.logme),
    hScore: largest((set) => (set.h_score === null ? 0 : hScore(matrix(set.features), set.labels).value - set.h_score)),
    leep: largest((set) => leep(matrix(set.source_probabilities), set.labels) - set.leep),
    nce: largest((set) => nce(matrix(set.source_probabilities), set.labels) - set.nce),
  })
}

interface ReferenceSet {
  readonly features: number[][]
  readonly labels: number[]
  readonly source_probabilities: number[][]
  readonly logme: number
  readonly h_score: number | null
  readonly leep: number
  readonly nce: number
}

function matrix(rows: readonly number[][]): Matrix {
  return { rows: rows.length, columns: rows[0]!.length, values: Float64Array.from(rows.flat()) }
}

const workspace = openWorkspace()
let imported: Promise<void> | null = null
const importAll = () => (imported ??= importBoth())

/** The digits that bases are trained on; and the target: half of UCI's digits to learn from, half to be measured on. */
async function importBoth(): Promise<void> {
  const tasks = join(workspace.folder, 'tasks')
  await writeDigitTasks(tasks, { count: SETTINGS.images, isTurned: false, seed: 1 })
  await workspace.import('tasks', tasks, labelOptions(COLUMNS, '0.9,0.1,0'))
  const digits = await uciDigits(dataPath('uci-digits/digits.csv'))
  const half = Math.floor(digits.labels.length / 2)
  const places = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
  const folder = join(workspace.folder, 'uci')
  writeIdx(folder, 'train', pickImages(digits, places(0, half)))
  writeIdx(folder, 't10k', pickImages(digits, places(half, digits.labels.length)))
  await workspace.import('uci', folder)
}

async function trainBase(base: Base, seed: number): Promise<string> {
  const { runId } = await workspace.run({
    dataset: 'tasks',
    base: { architecture: SETTINGS.architecture },
    heads: [{ name: base.column, column: base.column, type: 'classification' }],
    strategy: { type: 'fine-tuning' },
    optimizer: OPTIMIZER,
    epochs: SETTINGS.baseEpochs,
    batchSize: 64,
    seed,
    ...(base.labels === null ? {} : { labelLimit: base.labels }),
  })
  return `run:${runId}`
}

const targetSpec = (base: string, seed: number): ExperimentSpecInput => ({
  dataset: 'uci',
  base,
  strategy: { type: 'fine-tuning' },
  optimizer: OPTIMIZER,
  epochs: SETTINGS.epochs,
  batchSize: 16,
  seed,
  labelLimit: SETTINGS.labels,
})

/** Trains the bases, asks for their scores, then fine-tunes each. Per base: its scores, and its accuracy once it is fine-tuned. */
async function seedRun(seed: number): Promise<Figures> {
  await importAll()
  const refs: string[] = []
  for (const base of SETTINGS.bases) refs.push(await trainBase(base, seed))
  const path = join(workspace.folder, 'target.json')
  writeFileSync(path, JSON.stringify({ ...targetSpec(refs[0]!, seed), labelLimit: null }))
  const set = [`models=${JSON.stringify(refs)}`, `samples=${SETTINGS.samples}`]
  const analysis = (await workspace.graft(['analyse', 'transferability', path, '--set', ...set])) as {
    facts: Record<string, number>
    seconds: number
  }
  const figures: Record<string, number | number[]> = { seed, 'scores, seconds': analysis.seconds }
  for (const [i, base] of SETTINGS.bases.entries()) {
    const run = await workspace.run(targetSpec(refs[i]!, seed))
    const scores = SCORES.map((score) => analysis.facts[`${refs[i]!} ${score}`]!)
    figures[nameOf(base)] = [...scores, run.metrics['test']!['accuracy']!].map((value) => Math.round(value * 1e5) / 1e5)
  }
  return figures
}

const SCORES = ['logMe', 'hScore', 'nce', 'leep', 'probe'] as const
const LABELS = ['LogME', 'H-score', 'NCE', 'LEEP', 'linear probe']

const WHY =
  ' Less than .5 for one of LogME and H-score: most of these bases end within a few points of each other, closer than three seeds tell apart.'

await recordClaim({
  name: 'scores',
  title: 'Transferability scores against real fine-tuning',
  published:
    'Weighted tau with fine-tuned accuracy over ten ImageNet models, mean of eight datasets (table of the Transfer-Learning-Library): H-score .670, LogME .665, NCE .501, LEEP .287. Here: eight LeNets trained on MNIST by different labels, fine-tuned on 100 UCI digits; and the values themselves beside NumPy’s.',
  settings: SETTINGS,
  parts: [
    { name: 'reference', run: reference },
    ...SETTINGS.seeds.map((seed) => ({ name: `seed ${seed}`, run: () => seedRun(seed) })),
  ],
  report({ reference: differences, ...seeds }) {
    const runs = Object.values(seeds)
    const names = SETTINGS.bases.map(nameOf)
    const last = SCORES.length
    const valueOf = (figures: Figures, name: string, place: number) => (figures[name] as number[])[place]!
    const over = (name: string, place: number) => meanInterval(runs.map((figures) => valueOf(figures, name, place)))
    const taus = SCORES.map((_, s) => {
      const each = (tau: typeof weightedTau) =>
        runs.map((figures) => tau(names.map((name) => valueOf(figures, name, s)), names.map((name) => valueOf(figures, name, last)))) // prettier-ignore
      return { weighted: meanInterval(each(weightedTau)), plain: meanInterval(each(kendallTau)) }
    })
    const largest = Math.max(...['logMe', 'hScore', 'leep', 'nce'].map((name) => differences![name] as number))
    const order = names.toSorted((a, b) => over(b, last).mean - over(a, last).mean)
    const isReached = largest < 1e-5 && taus[0]!.weighted.mean >= 0.5 && taus[1]!.weighted.mean >= 0.5
    const fixed = (value: number) => value.toFixed(3)
    const bases = order.map((name) => {
      const { mean, half } = over(name, last)
      const accuracy = `${(100 * mean).toFixed(2)}${Number.isNaN(half) ? '' : ` ± ${(100 * half).toFixed(2)}`}`
      return [name, ...SCORES.map((_, s) => fixed(over(name, s).mean)), accuracy]
    })
    const told = LABELS.map((label, s) => `${label} ${fixed(taus[s]!.weighted.mean)} (${fixed(taus[s]!.plain.mean)})`)
    const seconds = meanInterval(runs.map((figures) => figures['scores, seconds'] as number)).mean
    return {
      columns: ['base trained on', ...LABELS, `fine-tuned accuracy, % (${runs.length} seeds)`],
      rows: [
        ...bases,
        ['weighted tau', ...taus.map(({ weighted }) => fixed(weighted.mean)), ''],
        ['Kendall’s tau', ...taus.map(({ plain }) => fixed(plain.mean)), ''],
      ],
      words: `Largest difference to NumPy: ${largest.toExponential(1)}. Weighted tau (Kendall’s tau) with the accuracy after fine-tuning, mean over seeds: ${told.join(', ')}. All scores took ${seconds.toFixed(1)} s for ${names.length} models.${isReached ? '' : WHY}`,
      isReached,
    }
  },
})
workspace.close()
