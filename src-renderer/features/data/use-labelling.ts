import type { Dataset, Item, LabelValue, Split } from '@contract/datasets.ts'
import type { RequestInput, RequestOutput } from '@contract/index.ts'
import { computed, type ComputedRef, ref, type Ref, shallowRef } from 'vue'
import { client } from '../../app/client.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useToasts } from '../../stores/toasts.ts'
import { move, moveTo, targets } from './item-selection.ts'
import type { Items } from './use-items.ts'

type Changed = RequestOutput<'datasets.label'>
type Accepted = RequestOutput<'labelling.accept'>
/** What was suggested to a person, and is to be a label. */
export type SuggestedLabels = RequestInput<'labelling.accept'>['labels']

export type SaveState = 'saved' | 'saving' | 'failed'

export interface Labelling {
  readonly saving: ComputedRef<SaveState>
  readonly lastLabel: Ref<LabelValue>
  /** Sets the label of what is marked and, for a single item, goes on to the next. */
  assign(value: LabelValue): Promise<void>
  /** Gives what is marked a tag, or takes it where all have it; the mark stays. */
  toggle(tag: string): Promise<void>
  repeat(): Promise<void>
  /** Makes labels of suggestions that were seen; `test`: those of the test split, too. Goes on like `assign`. null: it failed, and was told. */
  accept(labels: SuggestedLabels, test: boolean): Promise<Accepted | null>
  moveToSplit(split: Split): Promise<void>
  undo(): Promise<void>
  redo(): Promise<void>
}

/** Labelling: shown at once, stored in order, rolled back with a notice when storing fails. */
export function useLabelling(dataset: () => Dataset, column: () => string, items: Items): Labelling {
  const datasets = useDatasets()
  const toasts = useToasts()
  const lastLabel = shallowRef<LabelValue>(null)
  const open = ref(0)
  const failed = ref(false)
  // One after the other: undo must not overtake the label that it takes back.
  let queue: Promise<unknown> = Promise.resolve()

  function store<C extends Changed>(call: () => Promise<C>, rollBack: () => void): Promise<C | null> {
    open.value++
    const done = queue.then(call).then(
      (changed) => {
        failed.value = false
        datasets.put(changed.dataset)
        items.touched(changed.itemIds)
        return changed
      },
      (error: unknown) => {
        failed.value = true
        rollBack()
        toasts.fail(error)
        return null
      },
    )
    queue = done
    return done.finally(() => open.value--)
  }

  async function assign(value: LabelValue): Promise<void> {
    const itemIds = targets(items.selection.value, items.order.value)
    if (itemIds.length === 0) return
    const name = column()
    const rollBack = items.cache.patch(itemIds, (item) => withLabel(item, name, value))
    if (value !== null) lastLabel.value = value
    if (itemIds.length === 1) items.selection.value = move(items.selection.value, items.order.value, 1, false)
    await store(
      () => client.call('datasets.label', { datasetId: dataset().id, column: name, itemIds, value }),
      rollBack,
    )
  }

  async function toggle(tag: string): Promise<void> {
    const itemIds = targets(items.selection.value, items.order.value)
    if (itemIds.length === 0) return
    const name = column()
    const classes = dataset().labelColumns.find((one) => one.name === name)?.classes ?? []
    const tagsOf = (item: Item | null): LabelValue => item?.labels[name] ?? null
    const on = !itemIds.every((id) => hasTag(tagsOf(items.item(id)), tag))
    const rollBack = items.cache.patch(itemIds, (item) =>
      withLabel(item, name, toggled(tagsOf(item), tag, on, classes)),
    )
    await store(
      () => client.call('datasets.toggleTag', { datasetId: dataset().id, column: name, itemIds, tag, on }),
      rollBack,
    )
    lastLabel.value = tagsOf(items.item(itemIds[0])) ?? lastLabel.value
  }

  async function repeat(): Promise<void> {
    const before = items.item(items.order.value[items.selection.value.cursor - 1])?.labels[column()]
    const value = before ?? lastLabel.value
    if (value === null || value === undefined) return toasts.show('There is no label to repeat yet.')
    await assign(value)
  }

  async function accept(labels: SuggestedLabels, test: boolean): Promise<Accepted | null> {
    const name = column()
    const marked = targets(items.selection.value, items.order.value)
    const rollBacks = labels.map(({ itemIds, value }) =>
      items.cache.patch(itemIds, (item) =>
        (item.labels[name] ?? null) === null ? withLabel(item, name, value) : item,
      ),
    )
    const isOne = labels.length === 1 && labels[0]?.itemIds.length === 1 && labels[0].itemIds[0] === marked[0]
    if (isOne) items.selection.value = move(items.selection.value, items.order.value, 1, false)
    const accepted = await store(
      () => client.call('labelling.accept', { datasetId: dataset().id, column: name, labels, test }),
      () => rollBacks.forEach((rollBack) => rollBack()),
    )
    // Shown as labelled for a moment, and not so, or with another label.
    if (accepted !== null && accepted.left.length > 0) items.cache.invalidate(accepted.left)
    return accepted
  }

  async function moveToSplit(split: Split): Promise<void> {
    const itemIds = targets(items.selection.value, items.order.value)
    if (itemIds.length === 0) return
    const rollBack = items.cache.patch(itemIds, (item) => ({ ...item, split }))
    await store(() => client.call('datasets.moveToSplit', { datasetId: dataset().id, itemIds, split }), rollBack)
  }

  /** Undo and redo show where they acted. */
  async function step(name: 'datasets.undo' | 'datasets.redo'): Promise<void> {
    await queue
    if (name === 'datasets.undo' ? !dataset().canUndo : !dataset().canRedo) return
    const changed = await store(
      () => client.call(name, { datasetId: dataset().id }),
      () => undefined,
    )
    const at = changed?.itemIds.length === 1 ? items.order.value.indexOf(changed.itemIds[0] ?? -1) : -1
    if (at >= 0) items.selection.value = moveTo(items.selection.value, items.order.value, at)
  }

  return {
    saving: computed(() => (open.value > 0 ? 'saving' : failed.value ? 'failed' : 'saved')),
    lastLabel,
    assign,
    toggle,
    repeat,
    accept,
    moveToSplit,
    undo: () => step('datasets.undo'),
    redo: () => step('datasets.redo'),
  }
}

function hasTag(label: LabelValue, tag: string): boolean {
  return Array.isArray(label) && label.includes(tag)
}

/** In the order of the column's tags, as it comes back. */
function toggled(label: LabelValue, tag: string, on: boolean, classes: readonly string[]): LabelValue {
  if (!Array.isArray(label)) return on ? [tag] : label
  const tags = new Set(label)
  if (on) tags.add(tag)
  else tags.delete(tag)
  return classes.filter((name) => tags.has(name))
}

function withLabel(item: Item, column: string, value: LabelValue): Item {
  return { ...item, labels: { ...item.labels, [column]: value } }
}
