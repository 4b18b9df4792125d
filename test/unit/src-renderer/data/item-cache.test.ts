import type { Item } from '@contract/datasets.ts'
import { describe, expect, it } from 'vitest'
import { ItemCache } from '../../../../src-renderer/features/data/item-cache.ts'

const item = (id: number, label: string | null = null): Item => ({
  id,
  name: `image ${id}`,
  split: 'train',
  labels: { label },
  width: 8,
  height: 8,
  channels: 1,
  contentHash: '',
  duplicateOf: null,
  values: null,
})
const labelled = (label: string) => (one: Item) => ({ ...one, labels: { label } })
const raise = (error: unknown): never => {
  throw error
}

describe('ItemCache', () => {
  it('asks for what is unknown only', async () => {
    const asked: number[][] = []
    const cache = new ItemCache<Item>(async (ids) => (asked.push(ids), ids.map((id) => item(id))), raise)
    await cache.want([1, 2])
    await cache.want([1, 2, 3])
    expect(asked).toEqual([[1, 2], [3]])
    expect(cache.get(3)?.name).toBe('image 3')
    expect(cache.get(4)).toBe(null)
  })

  it('shows a change at once and takes it back', async () => {
    const cache = new ItemCache<Item>(async (ids) => ids.map((id) => item(id, 'cat')), raise)
    await cache.want([1, 2])
    const rollBack = cache.patch([1, 9], labelled('dog'))
    expect(cache.get(1)?.labels['label']).toBe('dog')
    rollBack()
    expect(cache.get(1)?.labels['label']).toBe('cat')
  })

  it('keeps outdated items on screen until their new state is here', async () => {
    let label = 'cat'
    const cache = new ItemCache<Item>(async (ids) => ids.map((id) => item(id, label)), raise)
    await cache.want([1])
    label = 'dog'
    cache.invalidate([1])
    expect(cache.get(1)?.labels['label']).toBe('cat')
    await cache.want([1])
    expect(cache.get(1)?.labels['label']).toBe('dog')
  })

  it('does not let an answer overwrite a change that came while it was under way', async () => {
    const answers: ((items: Item[]) => void)[] = []
    const cache = new ItemCache<Item>(() => new Promise((resolve) => answers.push(resolve)), raise)
    const first = cache.want([1])
    cache.invalidate([1])
    answers[0]?.([item(1, 'old')])
    await first
    expect(cache.get(1)).toBe(null)
    const second = cache.want([1])
    answers[1]?.([item(1, 'new')])
    await second
    expect(cache.get(1)?.labels['label']).toBe('new')
  })

  it('reports an error and asks again the next time', async () => {
    const errors: unknown[] = []
    let fail = true
    const cache = new ItemCache<Item>(
      async (ids) => (fail ? raise(new Error('gone')) : ids.map((id) => item(id))),
      (error) => errors.push(error),
    )
    await cache.want([1])
    expect(errors).toHaveLength(1)
    fail = false
    await cache.want([1])
    expect(cache.get(1)?.id).toBe(1)
  })

  it('forgets all, and what comes too late', async () => {
    let answer: (items: readonly Item[]) => void = () => undefined
    const cache = new ItemCache<Item>(() => new Promise((resolve) => (answer = resolve)), raise)
    const asked = cache.want([1])
    cache.clear()
    answer([item(1, 'cat')])
    await asked
    expect(cache.get(1)).toBe(null)
    const again = cache.want([1])
    answer([item(1, 'dog')])
    await again
    expect(cache.get(1)?.labels['label']).toBe('dog')
  })
})
