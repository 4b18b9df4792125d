import { describe, expect, it } from 'vitest'
import { mapOrdered } from '../../../src-main/data/map-ordered.ts'

/** Work that ends when it is told to, and says what has begun. */
function work() {
  const begun: number[] = []
  const ends = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>()
  const apply = (value: number): Promise<string> => {
    begun.push(value)
    return new Promise((resolve, reject) => ends.set(value, { resolve, reject }))
  }
  return { begun, apply, end: (value: number) => ends.get(value)!.resolve(`done ${value}`), ends }
}

describe('many values', () => {
  it('are worked on so many at a time, and come out in their order', async () => {
    const { begun, apply, end } = work()
    const results = mapOrdered([1, 2, 3], 2, apply)
    const first = results.next()
    expect(begun).toEqual([1, 2])
    end(2)
    end(1)
    expect(await first).toEqual({ done: false, value: 'done 1' })
    const second = results.next()
    expect(await second).toEqual({ done: false, value: 'done 2' })
    expect(begun).toEqual([1, 2, 3])
    end(3)
    expect(await results.next()).toEqual({ done: false, value: 'done 3' })
    expect(await results.next()).toEqual({ done: true, value: undefined })
  })

  it('may be fewer than fit, or none', async () => {
    const all = async (values: number[]) => {
      const results: number[] = []
      for await (const result of mapOrdered(values, 8, (value) => Promise.resolve(value * 2))) results.push(result)
      return results
    }
    expect([await all([]), await all([1]), await all([3, 2, 1])]).toEqual([[], [2], [6, 4, 2]])
  })

  it('give a failure when its turn comes, once what still runs has ended', async () => {
    const { apply, end, ends } = work()
    const results = mapOrdered([1, 2, 3], 3, apply)
    const first = results.next()
    ends.get(2)!.reject(new Error('two'))
    end(1)
    expect(await first).toMatchObject({ value: 'done 1' })
    let isOver = false
    const second = results.next().finally(() => (isOver = true))
    second.catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    end(3)
    await expect(second).rejects.toThrow('two')
  })
})
