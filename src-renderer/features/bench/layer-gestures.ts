import type { LayerState } from '@contract/network.ts'
import type { Ref } from 'vue'
import { plural } from '../../ui/format.ts'
import type { useBenchStore } from './bench-store.ts'
import { freezeUpTo, layersOf, rangeBetween, setStates, toggledState, trainFrom, weightedLayers } from './plan-edits.ts'

export interface LayerGestures {
  /** Freezes what is not frozen, frees what is. */
  toggle(id: string): void
  /** A click with its keys: plain toggles, Shift takes the range from the last one, Ctrl only looks. */
  click(id: string, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void
  /** Takes the last click back: the second click of a double click opens instead. */
  unclick(): void
  set(id: string, state: LayerState): void
  setMany(names: readonly string[], state: LayerState): void
  freezeUpTo(id: string): void
  trainFrom(id: string): void
  cutAt(id: string): void
  uncut(): void
}

/** Gestures on layers and blocks as edits of the spec, each with a sentence of what it did. */
export function layerGestures(
  store: ReturnType<typeof useBenchStore>,
  view: { focus: Ref<string | null>; notice: Ref<string> },
): LayerGestures {
  let anchor: string | null = null
  let clicked: { before: object; after: object } | null = null

  function whyNot(id: string): string {
    const isNew = layersOf(store.context?.tree ?? NO_TREE, id).some((name) => !store.baseLayers.has(name))
    return isNew
      ? `${id} is new: its weights are always trained.`
      : `${id} has no weights, so there is nothing to freeze.`
  }

  function setMany(names: readonly string[], state: LayerState): void {
    const { context } = store
    if (!context) return
    const weighted = weightedLayers(context, names)
    if (weighted.length === 0) return
    store.apply(setStates(store.spec, context, names, state))
    view.notice.value = `${plural(weighted.length, 'layer')} ${state === 'trained' && !store.isPretrained ? 'fresh' : state}.`
  }

  function set(id: string, state: LayerState): void {
    const { context } = store
    if (!context) return
    const names = layersOf(context.tree, id)
    if (weightedLayers(context, names).length === 0) view.notice.value = whyNot(id)
    else setMany(names, state)
  }

  function toggle(id: string): void {
    const { context } = store
    if (!context) return
    const weighted = weightedLayers(context, layersOf(context.tree, id))
    if (weighted.length === 0) view.notice.value = whyNot(id)
    else set(id, toggledState(context, weighted))
  }

  function click(id: string, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void {
    const { context } = store
    view.focus.value = id
    clicked = null
    if (!context || event.ctrlKey || event.metaKey) return
    if (event.shiftKey && anchor !== null) {
      const start = weightedLayers(context, layersOf(context.tree, anchor))
      const state = start.every((name) => context.states[name] === 'frozen') ? 'frozen' : 'trained'
      setMany(rangeBetween(context.tree, anchor, id), state)
      return
    }
    anchor = id
    const before = store.spec
    toggle(id)
    clicked = { before, after: store.spec }
  }

  function unclick(): void {
    if (clicked && clicked.before !== clicked.after && clicked.after === store.spec) {
      store.undo()
      view.notice.value = ''
    }
    clicked = null
  }

  function withBase(id: string, act: (name: string) => void): void {
    const names = layersOf(store.context?.tree ?? NO_TREE, id)
    if (names.some((name) => store.baseLayers.has(name))) act(id)
    else view.notice.value = `${id} is not part of the base model.`
  }

  return {
    toggle,
    click,
    unclick,
    set,
    setMany,
    freezeUpTo: (id) =>
      withBase(id, (name) => {
        store.edit(freezeUpTo(store.spec, name))
        view.notice.value = `Everything up to ${name} is frozen.`
      }),
    trainFrom: (id) =>
      withBase(id, (name) => {
        store.edit(trainFrom(store.spec, name))
        view.notice.value = `Everything from ${name} on is trained.`
      }),
    cutAt: (id) =>
      withBase(id, (name) => {
        const end =
          layersOf(store.context?.tree ?? NO_TREE, name)
            .filter((layer) => store.baseLayers.has(layer))
            .at(-1) ?? name
        const isDefault = end === store.baseNetwork?.features
        store.patch({ cut: isDefault ? null : end })
        view.notice.value = isDefault ? 'The whole base is kept.' : `Cut after ${end}.`
      }),
    uncut: () => {
      store.patch({ cut: null })
      view.notice.value = 'The whole base is kept.'
    },
  }
}

const NO_TREE = { blocks: [], layers: [], byName: new Map(), blockByName: new Map(), consumers: new Map() }
