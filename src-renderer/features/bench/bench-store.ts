import type { GraftError } from '@contract/errors.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { patchSpec } from '@contract/patch-spec.ts'
import { client, toGraftError } from '../../app/client.ts'
import { useBaseModels } from '../../stores/base-models.ts'
import { useCatalog } from '../../stores/catalog.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { asDraft, draftKey } from './draft.ts'
import { pushHistory, redoHistory, startHistory, undoHistory } from './history.ts'
import { followHead } from './follow-head.ts'
import type { PlanContext, PlanEdit } from './plan-edits.ts'
import { followStrategy } from './strategy-name.ts'
import { baseModelOf, startSpec, withBase } from './start-spec.ts'
import { usePlan } from './use-plan.ts'

const SAVE_DELAY_MS = 600
const EMPTY: ExperimentSpecInput = {
  dataset: '',
  base: '',
  strategy: { type: 'feature-extraction', head: 'converged' },
}

/** The bench's state: one spec with its history. Everything else is what models.plan says of that spec. */
export const useBenchStore = defineStore('bench', () => {
  const history = shallowRef(startHistory<ExperimentSpecInput>(EMPTY))
  const spec = computed(() => history.value.present)
  const seeds = ref('1')
  const knownDatasets = useDatasets()
  const models = useBaseModels()
  const catalogs = useCatalog()
  const datasets = computed(() => knownDatasets.list)
  const bases = computed(() => models.list)
  const catalog = computed(() => catalogs.catalog)
  const status = ref<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  const loadError = shallowRef<GraftError | null>(null)
  let workspacePath: string | null = null
  let saveTimer: ReturnType<typeof setTimeout> | undefined
  let loading: Promise<void> = Promise.resolve()

  const dataset = computed(() => knownDatasets.named(spec.value.dataset))
  const base = computed(() => baseModelOf(bases.value, spec.value.base))
  const isPretrained = computed(() => base.value?.kind !== 'architecture')
  const { plan, planError, isPlanning, states, drawn, baseNetwork, replan, redescribe } = usePlan(spec, isPretrained)
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

  watch(spec, () => {
    replan()
    scheduleSave()
  })
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
    return (loading = loadNow(path, () => knownDatasets.ensureLoaded()))
  }

  async function loadNow(path: string, loadDatasets: () => Promise<void>): Promise<void> {
    const isOther = workspacePath !== path
    if (isOther) status.value = 'loading'
    try {
      const [settings] = await Promise.all([
        isOther ? client.call('system.settings', {}) : null,
        catalogs.ensure(),
        loadDatasets(),
        // A run may have been renamed since, which no event of the models tells.
        models.loaded ? models.load() : models.ensureLoaded(),
      ])
      const problem = knownDatasets.error ?? models.error
      if (problem !== null) throw problem
      if (isOther) {
        const draft = asDraft(settings?.[draftKey(path)])
        seeds.value = draft?.seeds ?? '1'
        plan.value = null
        drawn.value = null
        history.value = startHistory(draft?.spec ?? startSpec(datasets.value[0] ?? null, bases.value))
      } else startOrReplan()
      workspacePath = path
      status.value = 'ready'
      loadError.value = null
      if (isOther) redescribe()
    } catch (error) {
      loadError.value = toGraftError(error)
      status.value = 'failed'
    }
  }

  /** A bench without a dataset takes the first that comes. */
  function startOrReplan(): void {
    const first = datasets.value[0]
    if (spec.value.dataset === '' && first) history.value = startHistory(startSpec(first, bases.value))
    else replan()
  }

  /** Edits the spec; edits with the same key shortly after each other are one undo step. */
  function edit(next: ExperimentSpecInput, key: string | null = null): void {
    history.value = pushHistory(history.value, followHead(spec.value, next), performance.now(), key)
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
    refresh: () => (workspacePath === null ? loading : (loading = loadNow(workspacePath, () => knownDatasets.load()))),
    /** Takes what has changed in the lists: a plan may be another one then. */
    follow: () => {
      if (status.value === 'ready' && knownDatasets.loaded && models.loaded) startOrReplan()
    },
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
