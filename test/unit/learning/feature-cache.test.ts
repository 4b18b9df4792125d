import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { openFeatureCache } from '../../../src-main/learning/engine/feature-cache.ts'

const WRITER = fileURLToPath(new URL('../../support/feature-writer.ts', import.meta.url))
const LENGTH = 8
const root = mkdtempSync(join(tmpdir(), 'graft-features-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = () => mkdtempSync(join(root, 'cache-'))
/** What the writer and these tests put under a key. */
const rowOf = (index: number) => new Float32Array(LENGTH).fill(index + 1)

function read(cache: ReturnType<typeof openFeatureCache>, key: string): Float32Array {
  const out = new Float32Array(LENGTH)
  cache.readRows([key], out)
  return out
}

function filled(path: string, count: number) {
  const cache = openFeatureCache(path, LENGTH)
  for (let i = 0; i < count; i++) cache.addRows([`key ${i}`], rowOf(i))
  cache.flush()
  return cache
}

describe('feature cache', () => {
  test('what is written is read again by the next run, row by row', () => {
    const path = folder()
    filled(path, 5).close()
    const again = openFeatureCache(path, LENGTH)
    expect(again.bytes).toBe(5 * LENGTH * 4)
    for (let i = 0; i < 5; i++) expect(read(again, `key ${i}`)).toEqual(rowOf(i))
    expect(again.has('key 5')).toBe(false)
    again.close()
  })

  test('several rows come in the order asked for, at once and from the system’s threads alike', async () => {
    const cache = filled(folder(), 6)
    const keys = ['key 4', 'key 0', 'key 1', 'key 5', 'key 5']
    const expected = Float32Array.from([4, 0, 1, 5, 5].flatMap((i) => [...rowOf(i)]))
    const out = new Float32Array(expected.length)
    cache.readRows(keys, out)
    expect(out).toEqual(expected)
    expect(await cache.load(keys)).toEqual(expected)
    cache.close()
  })

  test.each([
    ['rows cut short', (path: string, id: string) => truncateSync(join(path, `${id}.f32`), 7)],
    ['rows missing', (path: string, id: string) => rmSync(join(path, `${id}.f32`))],
    ['keys damaged', (path: string, id: string) => writeFileSync(join(path, `${id}.json`), '{"keys": ["key 0", ')],
    ['keys of another kind', (path: string, id: string) => writeFileSync(join(path, `${id}.json`), '{"keys": 3}')],
    ['keys missing', (path: string, id: string) => rmSync(join(path, `${id}.json`))],
  ])('a segment with its %s is not read', (_what, damage) => {
    const path = folder()
    filled(path, 4).close()
    const id = readdirSync(path)
      .find((name) => name.endsWith('.json'))!
      .slice(0, -5)
    damage(path, id)
    const again = openFeatureCache(path, LENGTH)
    expect(again.has('key 0')).toBe(false)
    again.addRows(['key 0'], rowOf(0))
    again.flush()
    expect(read(again, 'key 0')).toEqual(rowOf(0))
    again.close()
  })

  test('a writer killed at any moment leaves whole rows only, and its leftovers go away', async () => {
    const path = folder()
    for (const wait of [40, 90, 150]) {
      const child = fork(WRITER, [path, String(LENGTH)], { stdio: 'ignore' })
      const gone = new Promise((resolve) => child.once('exit', resolve))
      await new Promise((resolve) => child.once('message', resolve))
      await setTimeout(wait)
      child.kill('SIGKILL')
      await gone
      const cache = openFeatureCache(path, LENGTH)
      const keys = readdirSync(path).flatMap((name) =>
        name.endsWith('.json') ? (JSON.parse(readFileSync(join(path, name), 'utf8')) as { keys: string[] }).keys : [],
      )
      expect(keys.length).toBeGreaterThan(0)
      for (const key of keys) expect(read(cache, key)).toEqual(rowOf(Number(key.split(' ')[1])))
      expect(readdirSync(path).filter((name) => name.endsWith('.partial'))).toEqual([])
      cache.close()
    }
  })
})
