import type { Learner } from '../../engine/run/learner.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { networkToOutputs } from '../../network/network-to-outputs.ts'
import { taskCopies, type TaskCopies } from '../../network/task-copies.ts'
import type { Phase } from '../../engine/step/phase.ts'
import type { Kept } from '../common/multi-task/kept-heads.ts'

/** Share of a task's own activations that a cross-stitch unit starts with; the others have the rest in equal parts, so that activations
 *  keep their size. Misra et al., CVPR 2016, arXiv 1604.03539, section 5.1 (0.9 and 0.1 for two tasks). */
export const OWN_SHARE = 0.9

export interface SoftNetwork {
  readonly copies: TaskCopies
  readonly learner: Learner
  /** Last layer of the part that stands still and is one for all tasks. */
  readonly sharedUpTo: string | null
}

/** A network per task of the plan side by side, all from the planned network's starting weights: copies of a layer begin alike. */
export function softNetwork(run: StagedRun, stitchAfter: ReadonlySet<string>): SoftNetwork {
  const { main, context, spec } = run
  const copies = taskCopies({
    network: main.model.network,
    states: main.states,
    sharedUpTo: context.cachedUpTo,
    stitchAfter,
  })
  const learner = run.learner({
    name: '',
    network: copies.network,
    states: copies.states,
    weights: new Map([...copiedWeights(copies, main.start), ...stitchWeights(run, copies)]),
    seed: spec.seed,
  })
  return { copies, learner, sharedUpTo: context.cachedUpTo }
}

function copiedWeights({ origin }: TaskCopies, start: WeightValues): WeightValues {
  const byLayer = new Map<string, string[]>()
  for (const name of start.keys()) {
    const layer = name.slice(0, name.indexOf('/'))
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), name.slice(layer.length)])
  }
  return new Map(
    [...origin].flatMap(([copy, layer]) =>
      (byLayer.get(layer) ?? []).map((rest) => [copy + rest, start.get(layer + rest)!] as const),
    ),
  )
}

function stitchWeights({ main }: StagedRun, { stitches, copies }: TaskCopies): WeightValues {
  const { shapes } = inferNetwork(main.model.network)
  return new Map(
    stitches.map(({ layer, from, to, after }) => {
      const tasks = copies.get(after)!.length
      const share = from === to ? OWN_SHARE : (1 - OWN_SHARE) / (tasks - 1)
      const channels = shapes.get(after)!.at(-1)!
      return [`${layer}/gamma`, { shape: [channels], values: new Float32Array(channels).fill(share) }] as const
    }),
  )
}

/** The planned network's phases for all tasks' networks at once. Cross-stitch units always learn, and never in training mode: they scale,
 *  they do not normalise. */
export function softPhases({ copies, sharedUpTo }: SoftNetwork, phases: readonly Phase[], stitchRate: number): Phase[] {
  const copiesOf = (name: string) => copies.copies.get(name)?.map(({ layer }) => layer) ?? [name]
  const units = copies.stitches.map(({ layer }) => layer)
  return phases.map((phase) => ({
    ...phase,
    // Behind it each task has features of its own.
    cachedUpTo: sharedUpTo,
    trained: new Set([...[...phase.trained].flatMap(copiesOf), ...units]),
    trainingMode: new Set([...phase.trainingMode].flatMap(copiesOf)),
    rateFactor: new Map([
      ...[...phase.rateFactor].flatMap(([name, rate]) => copiesOf(name).map((copy) => [copy, rate] as const)),
      ...units.map((name) => [name, stitchRate] as const),
    ]),
  }))
}

/** The network of one task, to be kept: the planned network with that head alone. With cross-stitch units it needs what feeds them of the
 *  other tasks' networks, and keeps the names of these. */
export function taskNetwork(run: StagedRun, { copies, learner }: SoftNetwork, place: number): Kept {
  const { main, spec } = run
  const output = main.model.network.outputs[place]!
  const isStitched = copies.stitches.length > 0
  const whole = isStitched ? copies.network : main.model.network
  const network = networkToOutputs(whole, [output])
  const all = isStitched ? copies.states : main.states
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, all[name]!]))
  const weights = isStitched ? learner.start : main.start
  const options = { name: 'kept', network, states, weights, headPlaces: [place], seed: spec.seed }
  const kept = run.learner(options)
  if (isStitched) return { learner: kept }
  const copyOf = new Map(
    [...copies.copies].flatMap(([layer, each]) => {
      const own = each.find(({ task }) => task === place)
      return own === undefined ? [] : [[layer, own.layer] as const]
    }),
  )
  const sourceOf = (name: string) => {
    const layer = name.slice(0, name.indexOf('/'))
    return (copyOf.get(layer) ?? layer) + name.slice(layer.length)
  }
  return { learner: kept, sourceOf }
}
