import type { Explanation, ExplainInput, ExplainMethod } from '@contract/explanations.ts'
import { type Shortcut, useShortcuts } from '../../app/shortcuts.ts'
import { computed, type ComputedRef, ref, type Ref } from 'vue'

/** How heat is looked at: null leaves the choice to the network. */
export interface HeatSettings {
  readonly method: Ref<ExplainMethod | null>
  readonly layer: Ref<string | null>
  /** null: what is predicted, and for a wrong answer what is labelled. */
  readonly class: Ref<string | null>
  readonly opacity: Ref<number>
  readonly shown: Ref<boolean>
  readonly asked: ComputedRef<Partial<ExplainInput>>
}

export function useHeatSettings(): HeatSettings {
  const method = ref<ExplainMethod | null>(null)
  const layer = ref<string | null>(null)
  const chosen = ref<string | null>(null)
  const asked = computed(() => ({
    ...(method.value === null ? {} : { method: method.value }),
    // A layer is one of Grad-CAM alone.
    ...(layer.value === null || (method.value ?? 'gradcam') !== 'gradcam' ? {} : { layer: layer.value }),
    ...(chosen.value === null ? {} : { classes: [chosen.value] }),
  }))
  return { method, layer, class: chosen, opacity: ref(0.6), shown: ref(true), asked }
}

/** Keys of heat, over a picture or in a dialog. */
export function useHeatKeys(
  settings: HeatSettings,
  explanation: () => Explanation | null,
  { inDialog }: { inDialog: boolean },
): void {
  const more = (by: number) => (): void => {
    settings.opacity.value = Math.min(1, Math.max(0, Math.round((settings.opacity.value + by) * 10) / 10))
  }
  const nextMethod = (): void => {
    const found = explanation()
    if (found === null) return
    const free = found.methods.flatMap(({ method, refused }) => (refused === null ? [method] : []))
    settings.method.value = free[(free.indexOf(found.method) + 1) % free.length] ?? null
  }
  const layerBy = (by: number) => (): void => {
    const found = explanation()
    const place = found?.layers.findIndex(({ name }) => name === found.layer) ?? -1
    const next = place < 0 ? undefined : found?.layers[place + by]
    if (next !== undefined) settings.layer.value = next.name
  }
  const show: Shortcut = {
    keys: inDialog ? ['h', 'shift+h'] : [],
    label: 'Show or hide the heat',
    run: () => (settings.shown.value = !settings.shown.value),
  }
  useShortcuts(
    'Heat',
    [
      ...(inDialog ? [show] : []),
      { keys: 'shift+m', label: 'Another way to look', run: nextMethod },
      { keys: '[', label: 'Heat at the layer before', run: layerBy(-1) },
      { keys: ']', label: 'Heat at the next layer', run: layerBy(1) },
      { keys: ',', label: 'Less heat over the picture', run: more(-0.1) },
      { keys: '.', label: 'More heat over the picture', run: more(0.1) },
    ],
    { inDialog },
  )
}
