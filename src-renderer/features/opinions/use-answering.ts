import type { Opinion } from '@contract/opinions.ts'
import { computed, ref, shallowRef } from 'vue'
import { client } from '../../app/client.ts'
import { useToasts } from '../../stores/toasts.ts'
import { move, moveTo, targets } from '../data/item-selection.ts'
import type { Labelling } from '../data/use-labelling.ts'
import type { BlindItems } from './use-blind-items.ts'

/** What the keys of the grid do in a pass. */
export type Answering = Pick<Labelling, 'saving' | 'assign' | 'repeat' | 'undo' | 'redo'>

interface Step {
  readonly before: ReadonlyMap<number, string | null>
  readonly after: string | null
}

/** Second labels: shown at once, stored in order. Undo and redo are those of this visit. */
export function useAnswering(opinion: () => Opinion, items: BlindItems): Answering {
  const toasts = useToasts()
  const open = ref(0)
  const failed = ref(false)
  const last = shallowRef<string | null>(null)
  const done: Step[] = []
  const undone: Step[] = []
  let queue: Promise<unknown> = Promise.resolve()

  function put(itemIds: readonly number[], value: string | null): void {
    items.answers.value = new Map([...items.answers.value, ...itemIds.map((id) => [id, value] as const)])
    open.value++
    const opinionId = opinion().id
    queue = queue
      .then(() => client.call('opinions.answer', { opinionId, itemIds: [...itemIds], value }))
      .then(
        () => void (failed.value = false),
        async (error: unknown) => {
          failed.value = true
          toasts.fail(error)
          await items.reload()
        },
      )
      .finally(() => open.value--)
  }

  async function assign(value: string | number | null): Promise<void> {
    const itemIds = targets(items.selection.value, items.order.value)
    if (itemIds.length === 0) return
    const after = value === null ? null : String(value)
    done.push({ before: new Map(itemIds.map((id) => [id, items.answers.value.get(id) ?? null])), after })
    undone.length = 0
    if (after !== null) last.value = after
    if (itemIds.length === 1) items.selection.value = move(items.selection.value, items.order.value, 1, false)
    put(itemIds, after)
  }

  function step(from: Step[], to: Step[], isUndo: boolean): void {
    const taken = from.pop()
    if (taken === undefined) return
    to.push(taken)
    const ids = [...taken.before.keys()]
    if (isUndo) for (const [value, own] of Map.groupBy(ids, (id) => taken.before.get(id) ?? null)) put(own, value)
    else put(ids, taken.after)
    const at = ids.length === 1 ? items.order.value.indexOf(ids[0] ?? -1) : -1
    if (at >= 0) items.selection.value = moveTo(items.selection.value, items.order.value, at)
  }

  return {
    saving: computed(() => (open.value > 0 ? 'saving' : failed.value ? 'failed' : 'saved')),
    assign,
    async repeat() {
      const before = items.order.value[items.selection.value.cursor - 1] ?? -1
      const value = items.answers.value.get(before) ?? last.value
      if (value === null) toasts.show('There is no label to repeat yet.')
      else await assign(value)
    },
    async undo() {
      step(done, undone, true)
    },
    async redo() {
      step(undone, done, false)
    },
  }
}
