import { targetAffinity } from './affinity/task-affinity.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { mean } from './item-losses.ts'
import { transferExhibits } from './transfer-exhibits.ts'
import { type Task, tasksOf } from './transfer-tasks.ts'
import type { Affinities, ChosenTasks, TransferRow } from './transfer-results.ts'
import {
  joined,
  measure,
  type Measured,
  readOut,
  type Readout,
  trainFromScratch,
  trainTaskNetwork,
  type TransferSettings,
  untrainedEncoder,
} from './transfers.ts'
import { layersIn } from '../common/reuse/layer-sets.ts'
import { defineStrategy } from '../strategy.ts'
import { taskTransferProblems } from './task-transfer-checks.ts'
import { taskTransferParams, type TaskTransferValues } from './task-transfer-params.ts'

/** Task transfer: (1) a network E_s per task with all labels, (2) a small readout D of each target t on each frozen E_s with few labels, (3) per
 *  target the share of held-out items on which one source beats another, made into affinities by AHP, (4) the best sources under a
 *  budget. Paper: Zamir et al., Taskonomy, CVPR 2018, arXiv 1804.08328, section 3. Departs from it: transfers of first order only;
 *  sources are chosen on validation items and measured on test items; a random encoder is a baseline beside scratch. */
export const taskTransfer = defineStrategy({
  type: 'task-transfer',
  label: 'Task transfer',
  help: 'Measures which of your label columns help which others, and suggests what to transfer from when only some may get all their labels.',
  params: taskTransferParams,
  check: taskTransferProblems,
  canExtend: false,
  async run(run, values) {
    const settings = settingsOf(run, values)
    const tasks = tasksOf(run.main.heads, run.main.data, { ...values, seed: run.spec.seed })
    const chosen = chooseTasks(tasks, values)
    run.expect(totalEpochs(run, chosen, settings))
    const { sources, main } = chosen
    // The main task first: a stop keeps its network.
    const encoders = new Map<number, Learner>()
    for (const task of [main, ...sources.filter((task) => task !== main)]) {
      encoders.set(task.place, await trainTaskNetwork(run, task, task === main))
    }
    const rows = await transferAll(run, chosen, encoders, settings)
    const affinities = await measureAffinities(run, chosen, encoders, rows)
    for (const exhibit of transferExhibits({ ...chosen, rows, affinities, values })) run.exhibit(exhibit)
    return keepBest(run, { chosen, encoders, rows, affinities, settings, values })
  },
})

function chooseTasks(tasks: readonly Task[], values: TaskTransferValues): ChosenTasks {
  const named = (names: readonly string[]) =>
    names.length === 0 ? tasks : tasks.filter(({ name }) => names.includes(name))
  const main = tasks.find(({ name }) => name === values.mainTask) ?? named(values.targets)[0]!
  return { sources: named(values.sources), targets: named(values.targets), main }
}

function settingsOf({ main, context }: StagedRun, values: TaskTransferValues): TransferSettings {
  return {
    encoder: values.encoderEnd === '' ? main.model.network.features : values.encoderEnd,
    readoutUnits: values.readoutUnits,
    readoutEpochs: values.readoutEpochs,
    readoutLearningRate: values.readoutLearningRate ?? context.learningRate,
  }
}

function totalEpochs(
  { spec, context }: StagedRun,
  { sources, targets, main }: ChosenTasks,
  settings: TransferSettings,
) {
  const networks = sources.includes(main) ? sources.length : sources.length + 1
  const rows = sources.length + 2 + (hasBase(context) ? 1 : 0)
  return networks * spec.epochs + rows * targets.length * settings.readoutEpochs
}

function hasBase(context: StagedRun['context']): boolean {
  return layersIn(context, 'frozen', 'trained').size > 0
}

async function transferAll(
  run: StagedRun,
  { sources, targets }: ChosenTasks,
  encoders: ReadonlyMap<number, Learner>,
  settings: TransferSettings,
): Promise<TransferRow[]> {
  const rows: TransferRow[] = []
  const add = async (name: string, key: string, encoder: Learner, source: Task | null) => {
    const readouts = await readOut(run, { from: encoder, key }, targets, settings)
    rows.push({ name, key, source, encoder, readouts })
  }
  for (const source of sources) await add(source.name, source.key, encoders.get(source.place)!, source)
  if (hasBase(run.context)) {
    await add('base as it is', 'as-it-is', untrainedEncoder(run, settings.encoder, 'as-it-is', false), null)
  }
  const random = untrainedEncoder(run, settings.encoder, 'random-encoder', true)
  await add('random encoder', 'random-encoder', random, null)
  const shape = inferNetwork(random.model.network).shapes.get(settings.encoder)!
  const scratch = new Map<number, Readout>()
  for (const target of targets) scratch.set(target.place, await trainFromScratch(run, target, shape, settings))
  return [...rows, { name: 'scratch', key: 'scratch', source: null, encoder: null, readouts: scratch }]
}

async function measureAffinities(
  run: StagedRun,
  { targets }: ChosenTasks,
  encoders: ReadonlyMap<number, Learner>,
  rows: readonly TransferRow[],
): Promise<Affinities> {
  const found = new Map<number, ReturnType<typeof targetAffinity> & { full: Measured | null }>()
  for (const target of targets) {
    const own = encoders.get(target.place)
    const full = own === undefined ? null : await measure(run, own, target)
    const measured = rows.map(({ readouts }) => readouts.get(target.place)!.measured)
    const candidates = [...rows.keys()].filter((i) => rows[i]!.source !== null && rows[i]!.source !== target)
    const affinity = targetAffinity(
      {
        chosenOn: measured.map((each) => each.chosenOn),
        measuredOn: measured.map((each) => each.measuredOn),
        full: full?.measuredOn ?? null,
        scratch: rows.length - 1,
        candidates,
      },
      run.spec.seed,
    )
    found.set(target.place, { ...affinity, full })
    await run.throwIfInterrupted()
  }
  return found
}

interface Kept {
  readonly chosen: ChosenTasks
  readonly encoders: ReadonlyMap<number, Learner>
  readonly rows: readonly TransferRow[]
  readonly affinities: Affinities
  readonly settings: TransferSettings
  readonly values: TaskTransferValues
}

/** The network that the run answers with, by the mean loss on the items that choices are made on. */
function keepBest(run: StagedRun, { chosen, encoders, rows, affinities, settings, values }: Kept): Learner {
  const { main: task } = chosen
  const own = encoders.get(task.place)!
  const affinity = affinities.get(task.place)
  if (affinity === undefined) return own
  const join = (row: TransferRow): Learner => {
    const readout = row.readouts.get(task.place)!.learner
    return row.encoder === null ? readout : joined(run, { from: row.encoder, readout, task, settings })
  }
  if (values.keep === 'transfer') return affinity.suggested === null ? own : join(rows[affinity.suggested]!)
  const lossOf = (row: TransferRow) => mean(row.readouts.get(task.place)!.measured.chosenOn)
  const best = rows.reduce((a, b) => (lossOf(b) < lossOf(a) ? b : a))
  const full = affinity.full === null ? Infinity : mean(affinity.full.chosenOn)
  return full <= lossOf(best) ? own : join(best)
}
