import { GraftError } from '../../contract/errors.ts'
import type { PlanProblem, ResolvedPlan } from '../../contract/models.ts'
import type { LayerFacts, LayerState, Network } from '../../contract/network.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { resolveBase } from '../bases/resolve-base.ts'
import type { ResolvedBase } from '../bases/resolve-base.ts'
import type { LearningContext, ResolvedSpec } from '../context.ts'
import { inferNetwork } from '../network/infer.ts'
import type { Inference } from '../network/infer.ts'
import { movesIn, prefixEnd } from '../network/prefix-end.ts'
import { assemble } from './assemble.ts'
import { cutOf } from './early-cut.ts'
import { resolveHeads } from './plan-heads.ts'
import { layerStates } from './layer-states.ts'
import { planChecks } from './plan-checks.ts'
import { block } from '../plan-problem.ts'
import { resolveVariants } from './check-variants.ts'
import { strategyChecks } from './strategy-checks.ts'

/** Resolves a spec against its base and dataset. Pure and fast: it runs on each click. What is wrong comes back as
 *  problems beside the nearest plan that can be drawn; only a base that does not exist throws (E_MODEL_UNKNOWN). */
export function resolveSpec(wanted: ExperimentSpec, context: LearningContext): ResolvedSpec {
  const variants = resolveVariants(wanted)
  const { spec } = variants
  const { base, problems: baseProblems } = usableBase(spec, context)
  const { heads, problems: headProblems } = resolveHeads(spec, context.dataset)
  const cut = cutOf(base.network, spec)
  const assembly = assemble(base.network, { ...spec, cut }, heads)
  const { network } = assembly
  const inference = inferNetwork(network)
  const reshaped = base.weights === null ? [] : reshapedLayers(inference, base.network)
  const fresh = new Set([...assembly.added, ...reshaped])
  const { states, problems: stateProblems } = layerStates(spec, {
    network,
    added: assembly.added,
    fresh,
    isPretrained: base.weights !== null,
  })
  const cachedUpTo = prefixEnd(network, movesIn(states))
  const parameters = countByState(inference.facts, states)
  const plan = { network, facts: inference.facts, states, cachedUpTo, parameters, preprocessing: decodedAs(base, spec) }
  const problems = [
    ...variants.problems,
    ...baseProblems,
    ...headProblems,
    ...assembly.problems,
    ...stateProblems,
    ...planChecks({ spec, base, dataset: context.dataset, plan }),
    ...strategyChecks(spec, context, { network, states, heads: heads.map(({ head }) => head) }),
  ]
  const isReused = Object.values(states).some((state) => state !== 'fresh')
  return {
    plan: { ...plan, problems },
    heads: heads.map(({ head }) => head),
    headWeights: heads.map(({ weight }) => weight),
    weights: isReused ? base.weights : null,
    spec,
    multiplyAdds: splitMultiplyAdds(network, inference.facts, cachedUpTo),
    problems,
  }
}

/** Pixels are decoded as the spec says, however those were that the base was trained on; exact is not written down, as it never was. */
function decodedAs({ preprocessing }: ResolvedBase, { decoding }: ExperimentSpec): ResolvedBase['preprocessing'] {
  if (preprocessing.kind === 'table') return preprocessing
  const { decoding: _ofBase, ...exact } = preprocessing
  return decoding === 'exact' ? exact : { ...exact, decoding }
}

/** The spec's base; where its options or input size cannot be used, the base as it is and a problem. */
function usableBase(spec: ExperimentSpec, context: LearningContext): { base: ResolvedBase; problems: PlanProblem[] } {
  try {
    const base = resolveBase(spec.base, context, spec.inputSize)
    if (base.weights === null || spec.inputSize === undefined) {
      inferNetwork(base.network)
      return { base, problems: [] }
    }
    const native = resolveBase(spec.base, context)
    const reshaped = reshapedLayers(inferNetwork(base.network), native.network)
    if (reshaped.length === 0) return { base, problems: [] }
    const message = `At ${spec.inputSize} pixels the weights of ${reshaped.slice(0, 3).join(', ')} do not fit.`
    return { base: native, problems: [block('input-size', message, useNativeSize)] }
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    const isSize = error.code === 'E_NETWORK_SHAPE'
    const plain = typeof spec.base === 'string' ? spec.base : { architecture: spec.base.architecture }
    const code = isSize ? 'input-size' : 'base-options'
    const fix = isSize ? useNativeSize : { title: 'Use the defaults', patch: { base: plain } }
    // A base that does not exist throws once more.
    return { base: resolveBase(plain, context), problems: [block(code, error.message, fix)] }
  }
}

const useNativeSize = { title: 'Use its own size', patch: { inputSize: null } }

/** Layers whose weights have other shapes than in the base, and those that the base lacks. */
function reshapedLayers(inference: Inference, base: Network): string[] {
  const shapes = new Map(inferNetwork(base).weights.map((weight) => [weight.fullName, String(weight.shape)]))
  const changed = inference.weights.filter((weight) => shapes.get(weight.fullName) !== String(weight.shape))
  return [...new Set(changed.map((weight) => weight.layer))]
}

/** Gradient-trained parameters only; moving averages belong to no count. total = trainable + frozen; fresh ones are trainable. */
function countByState(facts: LayerFacts[], states: Readonly<Record<string, LayerState>>): ResolvedPlan['parameters'] {
  const sum = (...wanted: LayerState[]): number =>
    facts.reduce((total, layer) => {
      const state = states[layer.name] ?? 'fresh'
      return wanted.includes(state) ? total + layer.trainableParameters : total
    }, 0)
  return {
    total: sum('frozen', 'trained', 'fresh'),
    trainable: sum('trained', 'fresh'),
    frozen: sum('frozen'),
    fresh: sum('fresh'),
  }
}

function splitMultiplyAdds(
  network: Network,
  facts: LayerFacts[],
  cachedUpTo: string | null,
): ResolvedSpec['multiplyAdds'] {
  const end = network.layers.findIndex((layer) => layer.name === cachedUpTo)
  const sum = (some: LayerFacts[]): number => some.reduce((total, layer) => total + layer.multiplyAdds, 0)
  return { cached: sum(facts.slice(0, end + 1)), trained: sum(facts.slice(end + 1)) }
}
