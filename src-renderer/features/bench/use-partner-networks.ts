import { computed, type ComputedRef, shallowRef, watch } from 'vue'
import { client, toGraftError } from '../../app/client.ts'
import { useBenchStore } from './bench-store.ts'
import { type PartnerNetworks, partnerNetworksOf } from './partner-networks.ts'
import { effectiveHeads } from './heads.ts'
import { layerTree, type LayerTree } from './layer-tree.ts'

type Drawn = { readonly tree: LayerTree } | { readonly problem: string }

export interface PartnerView {
  readonly networks: ComputedRef<PartnerNetworks>
  /** The drawn network of a partner; null: on its way, or it cannot be drawn. */
  treeOf(id: string): LayerTree | null
  problemOf(id: string): string | null
}

/** Who stands beside the bench's network, with the networks of other models fetched once each. */
export function usePartnerNetworks(): PartnerView {
  const store = useBenchStore()
  const drawn = shallowRef<ReadonlyMap<string, Drawn>>(new Map())
  const networks = computed(() =>
    partnerNetworksOf({
      spec: store.spec,
      variant: store.catalog?.strategies.find((one) => one.type === store.spec.strategy.type) ?? null,
      bases: store.bases,
      heads: effectiveHeads(store.spec, store.dataset),
    }),
  )
  const keyOf = (model: string): string => `${model} ${store.spec.dataset}`
  const wanted = computed(() => networks.value.partners.flatMap(({ model }) => (model === null ? [] : [model])))

  async function fetch(model: string): Promise<void> {
    const key = keyOf(model)
    if (drawn.value.has(key)) return
    try {
      const dataset = store.spec.dataset === '' ? {} : { dataset: store.spec.dataset }
      const { network, facts } = await client.call('models.describe', { base: model, ...dataset })
      drawn.value = new Map([...drawn.value, [key, { tree: layerTree(network, facts) }]])
    } catch (problem) {
      drawn.value = new Map([...drawn.value, [key, { problem: toGraftError(problem).message }]])
    }
  }
  watch(
    () => wanted.value.map(keyOf).join('\n'),
    () => wanted.value.forEach((model) => void fetch(model)),
    { immediate: true },
  )

  function find(id: string): Drawn | null {
    const partner = networks.value.partners.find((one) => one.id === id)
    if (!partner) return null
    if (partner.model === null) return store.tree && { tree: store.tree }
    return drawn.value.get(keyOf(partner.model)) ?? null
  }
  return {
    networks,
    treeOf(id) {
      const found = find(id)
      return found && 'tree' in found ? found.tree : null
    },
    problemOf(id) {
      const found = find(id)
      return found && 'problem' in found ? found.problem : null
    },
  }
}
