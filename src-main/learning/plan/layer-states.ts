import type { PlanProblem } from '../../contract/models.ts'
import type { LayerState, Network, Selection } from '../../contract/network.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { selectLayers } from '../network/selection.ts'
import { warn } from '../plan-problem.ts'
import { selectionProblem } from './selection-problem.ts'

export interface StateRules {
  readonly network: Network
  /** Layers that the base does not have. */
  readonly added: ReadonlySet<string>
  /** Those, and layers whose weights have other shapes than the base's: always fresh. */
  readonly fresh: ReadonlySet<string>
  /** The base brings weights. An architecture does not. */
  readonly isPretrained: boolean
}

type SelectionSpec = Pick<ExperimentSpec, 'reuse' | 'freeze' | 'train' | 'strategy'>

/** State of every layer, from the spec's three selections (contract/spec.ts): a layer outside `reuse` is fresh; `train`
 *  given freezes every other reused layer; `freeze` freezes what it names. Fresh wins over frozen, frozen over trained.
 *  With neither given, feature extraction freezes every reused layer and other strategies none.
 *  A layer of an architecture can be frozen too: it then keeps its random start. */
export function layerStates(
  spec: SelectionSpec,
  rules: StateRules,
): { states: Record<string, LayerState>; problems: PlanProblem[] } {
  const problems: PlanProblem[] = []
  const select = (field: 'reuse' | 'freeze' | 'train'): ReadonlySet<string> | null => {
    const selection: Selection | undefined = spec[field]
    if (!selection || Object.values(selection).every((value) => value === undefined || value === false)) return null
    const { names, problems: found } = selectLayers(rules.network, selection, rules.added)
    problems.push(...found.map((problem) => selectionProblem(field, selection, problem)))
    return names
  }
  const reuse = select('reuse')
  const freeze = select('freeze')
  const train = select('train')
  if (freeze && train) problems.push(...contradictions(freeze, train))
  const freezesAll = !freeze && !train && spec.strategy.type === 'feature-extraction' && rules.isPretrained
  const isFrozen = (name: string): boolean =>
    freezesAll || freeze?.has(name) === true || (train !== null && !train.has(name))
  const stateOf = (name: string): LayerState => {
    if (rules.fresh.has(name)) return 'fresh'
    if (!rules.isPretrained) return isFrozen(name) ? 'frozen' : 'fresh'
    if (reuse && !reuse.has(name)) return 'fresh'
    return isFrozen(name) ? 'frozen' : 'trained'
  }
  const states = Object.fromEntries(rules.network.layers.map((layer) => [layer.name, stateOf(layer.name)]))
  return { states, problems }
}

function contradictions(freeze: ReadonlySet<string>, train: ReadonlySet<string>): PlanProblem[] {
  const both = [...train].filter((name) => freeze.has(name))
  if (both.length === 0) return []
  const message = `Both \`freeze\` and \`train\` name ${both.slice(0, 3).join(', ')}${both.length > 3 ? ` and ${both.length - 3} more` : ''}; they stay frozen.`
  return [warn('freeze-and-train', message, { title: 'Train them', patch: { freeze: null } })]
}
