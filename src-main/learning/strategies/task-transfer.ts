import { defineParams } from '../../contract/params.ts'
import { targetAffinity } from '../affinity/task-affinity.ts'
import type { Learner } from '../engine/learner.ts'
import type { Workshop } from '../engine/workshop.ts'
import { inferNetwork } from '../network/infer.ts'
import { mean } from '../task-transfer/item-losses.ts'
import { transferExhibits } from '../task-transfer/exhibits.ts'
import { type Task, tasksOf } from '../task-transfer/tasks.ts'
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
} from '../task-transfer/transfers.ts'
import { layersIn } from './layer-sets.ts'
import { defineStrategy } from './strategy.ts'
import { taskTransferProblems } from './task-transfer-checks.ts'
import { REUSE_FIELDS } from './reuse-fields.ts'

const params = defineParams({
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
export type TaskTransferValues = ReturnType<typeof params.schema.parse>

/** Task transfer: (1) a network E_s per task with all labels, (2) a small readout D of each target t on each frozen E_s with few labels, (3) per
 *  target the share of held-out items on which one source beats another, made into affinities by AHP, (4) the best sources under a
 *  budget. Paper: Zamir et al., Taskonomy, CVPR 2018, arXiv 1804.08328, section 3. Departs from it: transfers of first order only;
 *  sources are chosen on validation items and measured on test items; a random encoder is a baseline beside scratch. */
export const taskTransfer = defineStrategy({
  type: 'task-transfer',
  label: 'Task transfer',
  help: 'Measures which of your label columns help which others, and suggests what to transfer from when only some may get all their labels.',
  params,
  check: taskTransferProblems,
  canExtend: false,
  async run(workshop, values) {
    const settings = settingsOf(workshop, values)
    const tasks = tasksOf(workshop.main.heads, workshop.main.data, { ...values, seed: workshop.spec.seed })
    const chosen = chooseTasks(tasks, values)
    workshop.expect(totalEpochs(workshop, chosen, settings))
    const { sources, main } = chosen
    // The main task first: a stop keeps its network.
    const encoders = new Map<number, Learner>()
    for (const task of [main, ...sources.filter((task) => task !== main)]) {
      encoders.set(task.place, await trainTaskNetwork(workshop, task, task === main))
    }
    const rows = await transferAll(workshop, chosen, encoders, settings)
    const affinities = await judge(workshop, chosen, encoders, rows)
    for (const exhibit of transferExhibits({ ...chosen, rows, affinities, values })) workshop.exhibit(exhibit)
    return keepBest(workshop, { chosen, encoders, rows, affinities, settings, values })
  },
})

export interface ChosenTasks {
  readonly sources: readonly Task[]
  readonly targets: readonly Task[]
  readonly main: Task
}

function chooseTasks(tasks: readonly Task[], values: TaskTransferValues): ChosenTasks {
  const named = (names: readonly string[]) =>
    names.length === 0 ? tasks : tasks.filter(({ name }) => names.includes(name))
  const main = tasks.find(({ name }) => name === values.mainTask) ?? named(values.targets)[0]!
  return { sources: named(values.sources), targets: named(values.targets), main }
}

function settingsOf({ main, context }: Workshop, values: TaskTransferValues): TransferSettings {
  return {
    encoder: values.encoderEnd === '' ? main.model.network.features : values.encoderEnd,
    readoutUnits: values.readoutUnits,
    readoutEpochs: values.readoutEpochs,
    readoutLearningRate: values.readoutLearningRate ?? context.learningRate,
  }
}

function totalEpochs({ spec, context }: Workshop, { sources, targets, main }: ChosenTasks, settings: TransferSettings) {
  const networks = sources.includes(main) ? sources.length : sources.length + 1
  const rows = sources.length + 2 + (hasBase(context) ? 1 : 0)
  return networks * spec.epochs + rows * targets.length * settings.readoutEpochs
}

function hasBase(context: Workshop['context']): boolean {
  return layersIn(context, 'frozen', 'trained').size > 0
}

/** One row of the affinity matrix: a source task, or a baseline. */
export interface TransferRow {
  readonly name: string
  readonly key: string
  /** null: a baseline. */
  readonly source: Task | null
  readonly encoder: Learner | null
  /** By place of the target. */
  readonly readouts: ReadonlyMap<number, Readout>
}

async function transferAll(
  workshop: Workshop,
  { sources, targets }: ChosenTasks,
  encoders: ReadonlyMap<number, Learner>,
  settings: TransferSettings,
): Promise<TransferRow[]> {
  const rows: TransferRow[] = []
  const add = async (name: string, key: string, encoder: Learner, source: Task | null) => {
    const readouts = await readOut(workshop, { from: encoder, key }, targets, settings)
    rows.push({ name, key, source, encoder, readouts })
  }
  for (const source of sources) await add(source.name, source.key, encoders.get(source.place)!, source)
  if (hasBase(workshop.context)) {
    await add('base as it is', 'as-it-is', untrainedEncoder(workshop, settings.encoder, 'as-it-is', false), null)
  }
  const random = untrainedEncoder(workshop, settings.encoder, 'random-encoder', true)
  await add('random encoder', 'random-encoder', random, null)
  const shape = inferNetwork(random.model.network).shapes.get(settings.encoder)!
  const scratch = new Map<number, Readout>()
  for (const target of targets) scratch.set(target.place, await trainFromScratch(workshop, target, shape, settings))
  return [...rows, { name: 'scratch', key: 'scratch', source: null, encoder: null, readouts: scratch }]
}

export type Affinities = ReadonlyMap<number, ReturnType<typeof targetAffinity> & { readonly full: Measured | null }>

async function judge(
  workshop: Workshop,
  { targets }: ChosenTasks,
  encoders: ReadonlyMap<number, Learner>,
  rows: readonly TransferRow[],
): Promise<Affinities> {
  const found = new Map<number, ReturnType<typeof targetAffinity> & { full: Measured | null }>()
  for (const target of targets) {
    const own = encoders.get(target.place)
    const full = own === undefined ? null : await measure(workshop, own, target)
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
      workshop.spec.seed,
    )
    found.set(target.place, { ...affinity, full })
    await workshop.breathe()
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
function keepBest(workshop: Workshop, { chosen, encoders, rows, affinities, settings, values }: Kept): Learner {
  const { main: task } = chosen
  const own = encoders.get(task.place)!
  const affinity = affinities.get(task.place)
  if (affinity === undefined) return own
  const join = (row: TransferRow): Learner => {
    const readout = row.readouts.get(task.place)!.learner
    return row.encoder === null ? readout : joined(workshop, { from: row.encoder, readout, task, settings })
  }
  if (values.keep === 'transfer') return affinity.suggested === null ? own : join(rows[affinity.suggested]!)
  const lossOf = (row: TransferRow) => mean(row.readouts.get(task.place)!.measured.chosenOn)
  const best = rows.reduce((a, b) => (lossOf(b) < lossOf(a) ? b : a))
  const full = affinity.full === null ? Infinity : mean(affinity.full.chosenOn)
  return full <= lossOf(best) ? own : join(best)
}
