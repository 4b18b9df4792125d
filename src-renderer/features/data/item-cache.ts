import type { Item } from '@contract/datasets.ts'
import { shallowRef } from 'vue'

const BATCH = 200
const KEEP = 20_000

/** What is known of items, by id, fetched in batches as they come into view. Reading is reactive through `version`. The fetch answers a row
 *  for each id: what has none would be asked for again and again. */
export class ItemCache<Row extends { readonly id: number } = Item> {
  readonly version = shallowRef(0)
  #items = new Map<number, Row>()
  #pending = new Set<number>()
  #stale = new Set<number>()
  #fetch: (ids: number[]) => Promise<readonly Row[]>
  #onError: (error: unknown) => void

  constructor(fetch: (ids: number[]) => Promise<readonly Row[]>, onError: (error: unknown) => void) {
    this.#fetch = fetch
    this.#onError = onError
  }

  get(id: number): Row | null {
    void this.version.value
    return this.#items.get(id) ?? null
  }

  /** Fetches what of these ids is unknown or outdated. */
  async want(ids: readonly number[]): Promise<void> {
    const missing = ids.filter((id) => (!this.#items.has(id) || this.#stale.has(id)) && !this.#pending.has(id))
    for (let start = 0; start < missing.length; start += BATCH) await this.#load(missing.slice(start, start + BATCH))
  }

  async #load(ids: number[]): Promise<void> {
    for (const id of ids) this.#pending.add(id)
    // What changes while the request is under way is marked again and fetched again.
    for (const id of ids) this.#stale.delete(id)
    try {
      for (const item of await this.#fetch(ids)) if (!this.#stale.has(item.id)) this.#items.set(item.id, item)
      this.#trim(ids)
      this.#changed()
    } catch (error) {
      this.#onError(error)
    } finally {
      for (const id of ids) this.#pending.delete(id)
    }
  }

  /** Shows a change before it is stored. Returns how to take it back. */
  patch(ids: readonly number[], change: (item: Row) => Row): () => void {
    const before = new Map<number, Row>()
    for (const id of ids) {
      const item = this.#items.get(id)
      if (item === undefined) continue
      before.set(id, item)
      this.#items.set(id, change(item))
    }
    this.#changed()
    return () => {
      for (const [id, item] of before) this.#items.set(id, item)
      this.#changed()
    }
  }

  /** These items (null: all) changed elsewhere: they stay shown until their new state is here. */
  invalidate(ids: readonly number[] | null): void {
    for (const id of ids ?? this.#items.keys()) if (this.#items.has(id) || this.#pending.has(id)) this.#stale.add(id)
    this.#changed()
  }

  /** Nothing of it is true any more; what is under way comes too late. */
  clear(): void {
    this.#items.clear()
    for (const id of this.#pending) this.#stale.add(id)
    this.#changed()
  }

  /** Long scrolling must not grow without end: the oldest go first. */
  #trim(keep: readonly number[]): void {
    if (this.#items.size <= KEEP) return
    const kept = new Set(keep)
    for (const id of this.#items.keys()) {
      if (this.#items.size <= KEEP) return
      if (!kept.has(id)) this.#items.delete(id)
    }
  }

  #changed(): void {
    this.version.value++
  }
}
