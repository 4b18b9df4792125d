import type { GraftError } from '@contract/errors.ts'
import type { ResolvedPlan } from '@contract/models.ts'
import type { LayerFacts, Network } from '@contract/network.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { ref, type Ref, shallowRef, type ShallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { latestWins } from './latest-wins.ts'
import { layerTree, type LayerTree } from './layer-tree.ts'
import type { States } from './plan-edits.ts'

const PLAN_DELAY_MS = 60

interface Drawn {
  readonly signature: string
  readonly tree: LayerTree
  readonly network: Network
}

export interface SpecPlan {
  readonly plan: ShallowRef<ResolvedPlan | null>
  readonly planError: ShallowRef<GraftError | null>
  readonly isPlanning: Ref<boolean>
  /** As shown: the plan's, or what a gesture has just made of them. */
  readonly states: ShallowRef<States>
  readonly drawn: ShallowRef<Drawn | null>
  /** The base alone, before any plan. */
  readonly baseNetwork: ShallowRef<Network | null>
  /** Asks for the plan of the spec as it is now. */
  replan(): void
  /** Asks for the network of its base. */
  redescribe(): void
}

/** What models.plan and models.describe say of a spec; the base is described anew when it changes. */
export function usePlan(spec: Readonly<Ref<ExperimentSpecInput>>, isPretrained: Readonly<Ref<boolean>>): SpecPlan {
  const plan = shallowRef<ResolvedPlan | null>(null)
  const planError = shallowRef<GraftError | null>(null)
  const isPlanning = ref(false)
  const states = shallowRef<States>({})
  const drawn = shallowRef<Drawn | null>(null)
  const baseNetwork = shallowRef<Network | null>(null)

  /** Keeps the drawn tree while the network stays the same, so that a click on a layer moves nothing. */
  function draw(network: Network, facts: readonly LayerFacts[]): void {
    const signature = JSON.stringify([network, facts])
    if (drawn.value?.signature !== signature) drawn.value = { signature, network, tree: layerTree(network, facts) }
  }

  const describing = latestWins(
    (of: ExperimentSpecInput) =>
      client.call('models.describe', {
        base: of.base,
        ...(of.dataset === '' ? {} : { dataset: of.dataset }),
        ...(of.inputSize === undefined ? {} : { inputSize: of.inputSize }),
      }),
    {
      answer({ network, facts }) {
        baseNetwork.value = network
        if (spec.value.dataset !== '') return
        draw(network, facts)
        const state = !isPretrained.value ? 'fresh' : spec.value.freeze?.all ? 'frozen' : 'trained'
        states.value = Object.fromEntries(network.layers.map((layer) => [layer.name, state]))
      },
      // The plan of the same spec says what is wrong with its base.
      error: (error) => (spec.value.dataset === '' ? (planError.value = toGraftError(error)) : undefined),
    },
    0,
  )

  const planning = latestWins(
    (of: ExperimentSpecInput) => client.call('models.plan', { spec: of }),
    {
      answer(next) {
        draw(next.network, next.facts)
        plan.value = next
        states.value = next.states
        planError.value = null
        isPlanning.value = false
      },
      error(error) {
        planError.value = toGraftError(error)
        isPlanning.value = false
      },
    },
    PLAN_DELAY_MS,
  )

  function replan(): void {
    if (spec.value.base === '') return
    if (spec.value.dataset === '') {
      plan.value = null
      return
    }
    isPlanning.value = true
    planning.ask(spec.value)
  }

  function redescribe(): void {
    if (spec.value.base !== '') describing.ask(spec.value)
  }

  watch(() => JSON.stringify([spec.value.base, spec.value.dataset, spec.value.inputSize]), redescribe)
  return { plan, planError, isPlanning, states, drawn, baseNetwork, replan, redescribe }
}
