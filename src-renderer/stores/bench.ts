import type { Dataset } from '@contract/datasets.ts'
import type { GraftError } from '@contract/errors.ts'
import type { BaseModel, Catalog, ResolvedPlan } from '@contract/models.ts'
import type { LayerFacts, Network } from '@contract/network.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { asDraft, draftKey } from '../features/bench/draft.ts'
import { pushHistory, redoHistory, startHistory, undoHistory } from '../features/bench/history.ts'
import { latestWins } from '../features/bench/latest-wins.ts'
import { layerTree, type LayerTree } from '../features/bench/layer-tree.ts'
import { patchSpec } from '@contract/patch-spec.ts'
import type { PlanContext, PlanEdit, States } from '../features/bench/plan-edits.ts'
import { followStrategy } from '../features/bench/strategy-name.ts'
import { baseModelOf, startSpec, withBase } from '../features/bench/start-spec.ts'

const PLAN_DELAY_MS = 60
const SAVE_DELAY_MS = 600

interface Drawn {
  readonly signature: string
  readonly tree: LayerTree
  readonly network: Network
}

const EMPTY: ExperimentSpecInput = { dataset: '', base: '', strategy: { type: 'feature-extraction' } }

/** The bench's state: one spec with its history. Everything else is what models.plan says of that spec. */
export const useBenchStore = defineStore('bench', () => {
  const history = shallowRef(startHistory<ExperimentSpecInput>(EMPTY))
  const spec = computed(() => history.value.present)
  const seeds = ref('1')
  const datasets = shallowRef<readonly Dataset[]>([])
  const bases = shallowRef<readonly BaseModel[]>([])
  const catalog = shallowRef<Catalog | null>(null)
  const status = ref<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  const loadError = shallowRef<GraftError | null>(null)
  const plan = shallowRef<ResolvedPlan | null>(null)
  const planError = shallowRef<GraftError | null>(null)
  const isPlanning = ref(false)
  /** As shown: the plan's, or what a gesture has just made of them. */
  const states = shallowRef<States>({})
  const drawn = shallowRef<Drawn | null>(null)
  /** The base alone, before any plan. */
  const baseNetwork = shallowRef<Network | null>(null)
  let workspacePath: string | null = null
  let saveTimer: ReturnType<typeof setTimeout> | undefined
  let loading: Promise<void> = Promise.resolve()

  const dataset = computed(
    () => datasets.value.find((one) => one.name === spec.value.dataset || one.id === spec.value.dataset) ?? null,
  )
  const base = computed(() => baseModelOf(bases.value, spec.value.base))
  const isPretrained = computed(() => base.value?.kind !== 'architecture')
  const tree = computed(() => drawn.value?.tree ?? null)
  const baseLayers = computed(() => new Set(baseNetwork.value?.layers.map((layer) => layer.name) ?? []))
  const context = computed(
    (): PlanContext | null =>
      tree.value && {
        tree: tree.value,
        states: states.value,
        baseLayers: baseLayers.value,
        isPretrained: isPretrained.value,
      },
  )

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

  watch(spec, () => {
    replan()
    scheduleSave()
  })
  watch(() => JSON.stringify([spec.value.base, spec.value.dataset, spec.value.inputSize]), redescribe)
  watch(seeds, scheduleSave)

  function scheduleSave(): void {
    clearTimeout(saveTimer)
    const path = workspacePath
    if (path === null || status.value !== 'ready') return
    saveTimer = setTimeout(() => {
      const value = { spec: spec.value, seeds: seeds.value }
      // A draft that cannot be kept is no reason to interrupt: what is on screen stays.
      client.call('system.setSetting', { key: draftKey(path), value }).catch(() => undefined)
    }, SAVE_DELAY_MS)
  }

  /** Loads what can be chosen, and on the first call for a workspace its draft. */
  function load(path: string): Promise<void> {
    return (loading = loadNow(path))
  }

  async function loadNow(path: string): Promise<void> {
    const isOther = workspacePath !== path
    if (isOther) status.value = 'loading'
    try {
      const [newDatasets, newBases, newCatalog, settings] = await Promise.all([
        client.call('datasets.list', {}),
        client.call('models.list', {}),
        catalog.value ?? client.call('models.catalog', {}),
        isOther ? client.call('system.settings', {}) : null,
      ])
      datasets.value = newDatasets
      bases.value = newBases
      catalog.value = newCatalog
      if (isOther) {
        const draft = asDraft(settings?.[draftKey(path)])
        seeds.value = draft?.seeds ?? '1'
        plan.value = null
        drawn.value = null
        history.value = startHistory(draft?.spec ?? startSpec(newDatasets[0] ?? null, newBases))
      } else if (spec.value.dataset === '' && newDatasets[0]) {
        history.value = startHistory(startSpec(newDatasets[0], newBases))
      } else replan()
      workspacePath = path
      status.value = 'ready'
      loadError.value = null
      if (isOther) redescribe()
    } catch (error) {
      loadError.value = toGraftError(error)
      status.value = 'failed'
    }
  }

  /** Edits the spec; edits with the same key shortly after each other are one undo step. */
  function edit(next: ExperimentSpecInput, key: string | null = null): void {
    history.value = pushHistory(history.value, next, performance.now(), key)
  }

  /** A gesture on layers: its outcome shows at once, the plan follows. */
  function apply(change: PlanEdit): void {
    edit(change.spec)
    states.value = change.states
  }

  function patch(values: Readonly<Record<string, unknown>>, key: string | null = null): void {
    edit(followStrategy(spec.value, patchSpec(spec.value, values), catalog.value?.strategies ?? []), key)
  }

  /** Picks a base of the list by its id, or by the run that trained it; false: there is none. */
  function useBase(id: string): boolean {
    const found = bases.value.find((one) => one.id === id || one.run?.runId === id)
    if (found) edit(withBase(spec.value, found))
    return found !== undefined
  }

  return {
    useBase,
    spec,
    seeds,
    datasets,
    bases,
    catalog,
    status,
    loadError,
    plan,
    planError,
    isPlanning,
    states,
    tree,
    drawn,
    baseNetwork,
    baseLayers,
    dataset,
    base,
    isPretrained,
    context,
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    load,
    /** Fetches the lists of the loaded workspace anew. */
    refresh: () => (workspacePath === null ? loading : load(workspacePath)),
    /** Resolves once the lists are as new as the last `load`. */
    loaded: () => loading,
    edit,
    apply,
    patch,
    replan,
    undo: () => void (history.value = undoHistory(history.value)),
    redo: () => void (history.value = redoHistory(history.value)),
  }
})
