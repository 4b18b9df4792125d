import { expect, test, vi } from 'vitest'
import type { Variable } from '../../../src-main/learning/runtime.ts'
import { createProgram } from '../../../src-main/learning/engine/compile/program.ts'
import { type LoadedGraph, SessionPool, sessionPool } from '../../../src-main/learning/engine/compile/session-pool.ts'
import { nativeBackend } from '../../../src-main/learning/ops/native.ts'
import { nativeRuntime } from '../../support/native-runtime.ts'

const runtime = nativeRuntime()
const { tf } = runtime
const { binding } = nativeBackend(tf)!

/** A program that adds to its variable and answers it. */
function counting(counter: Variable, by = 1) {
  const program = createProgram(runtime)
  const step = program.compile('count', (x) => {
    counter.assign(tf.add(counter, tf.mul(x!, by)))
    return [counter.clone()]
  })
  return { program, next: () => step(tf.scalar(1))[0]!.dataSync()[0] }
}

test('a program like one that ended takes over its session, and none of its values', () => {
  const taken = vi.spyOn(sessionPool(binding), 'take')
  const first = counting(tf.variable(tf.scalar(10)))
  expect([first.next(), first.next()]).toEqual([11, 12])
  first.program.dispose()
  const second = counting(tf.variable(tf.scalar(100)))
  expect([second.next(), second.next()]).toEqual([101, 102])
  second.program.dispose()
  const [before, after] = taken.mock.results.map(({ value }) => (value as LoadedGraph).session)
  expect(after).toBe(before)
  taken.mockRestore()
})

test('programs alike that live at the same time have a session each', () => {
  const [a, b] = [counting(tf.variable(tf.scalar(0)), 3), counting(tf.variable(tf.scalar(1000)), 3)]
  expect([a.next(), b.next(), a.next(), b.next()]).toEqual([3, 1003, 6, 1006])
  a.program.dispose()
  expect(b.next()).toBe(1009)
  b.program.dispose()
})

test('another constant in the graph is another graph', () => {
  const results = [5, 7].map((by) => {
    const { program, next } = counting(tf.variable(tf.scalar(0)), by)
    const found = next()
    program.dispose()
    return found
  })
  expect(results).toEqual([5, 7])
})

test('few sessions wait, and none of a large network', () => {
  const freed: number[] = []
  let made = 0
  const pool = new SessionPool({
    loadSavedModel: () => ++made,
    deleteSavedModel: (session) => void freed.push(session),
  })
  const graph = (i: number) => [new Uint8Array([i])]
  for (const one of Array.from({ length: 70 }, (_, i) => pool.take(graph(i), 1000))) pool.giveBack(one)
  expect(freed).toEqual([1, 2, 3, 4, 5, 6])
  expect(pool.take(graph(69), 1000).session).toBe(70)
  expect(pool.take(graph(0), 1000).session).toBe(71)
  pool.giveBack(pool.take(graph(200), 100e6))
  expect(freed).toEqual([1, 2, 3, 4, 5, 6, 72])
})
