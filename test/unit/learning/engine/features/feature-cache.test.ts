import { createHash } from 'node:crypto'
import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { openFeatureCache } from '../../../../../src-main/learning/engine/features/feature-cache.ts'

const WRITER = fileURLToPath(new URL('../../../../support/feature-writer.ts', import.meta.url))
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

function patch(file: string, at: number, value: number): void {
  const bytes = readFileSync(file)
  bytes.writeUInt32LE(value, at)
  writeFileSync(file, bytes)
}

async function filled(path: string, count: number) {
  const cache = openFeatureCache(path, LENGTH, 'test')
  for (let i = 0; i < count; i++) await cache.addRows([`key ${i}`], rowOf(i))
  await cache.flush()
  return cache
}

describe('feature cache', () => {
  test('what is written is read again by the next run, row by row', async () => {
    const path = folder()
    ;(await filled(path, 5)).close()
    const again = openFeatureCache(path, LENGTH, 'test')
    expect(again.bytes).toBe(5 * LENGTH * 4)
    for (let i = 0; i < 5; i++) expect(read(again, `key ${i}`)).toEqual(rowOf(i))
    expect(again.has('key 5')).toBe(false)
    again.close()
  })

  test('several rows come in the order asked for, at once and from the system’s threads alike', async () => {
    const cache = await filled(folder(), 6)
    const keys = ['key 4', 'key 0', 'key 1', 'key 5', 'key 5']
    const expected = Float32Array.from([4, 0, 1, 5, 5].flatMap((i) => [...rowOf(i)]))
    const out = new Float32Array(expected.length)
    cache.readRows(keys, out)
    expect(out).toEqual(expected)
    expect(await cache.load(keys)).toEqual(expected)
    cache.close()
  })

  test.each([
    ['cut short', (file: string) => truncateSync(file, 70)],
    ['of another kind', (file: string) => writeFileSync(file, 'no segment at all, but long enough for a header')],
    ['of another row length', (file: string) => patch(file, 12, LENGTH + 1)],
    ['of more rows than it holds', (file: string) => patch(file, 8, 5)],
  ])('a segment that is %s is not read, and goes away', async (_what, damage) => {
    const path = folder()
    ;(await filled(path, 4)).close()
    const file = join(
      path,
      readdirSync(path).find((name) => name.endsWith('.f32'))!,
    )
    damage(file)
    const again = openFeatureCache(path, LENGTH, 'test')
    expect(again.has('key 0')).toBe(false)
    expect(readdirSync(path).filter((name) => name.endsWith('.f32'))).toEqual([])
    await again.addRows(['key 0'], rowOf(0))
    await again.flush()
    expect(read(again, 'key 0')).toEqual(rowOf(0))
    again.close()
  })

  test('the layout is the documented one, byte by byte', async () => {
    const path = folder()
    ;(await filled(path, 2)).close()
    const bytes = readFileSync(
      join(
        path,
        readdirSync(path).find((name) => name.endsWith('.f32'))!,
      ),
    )
    expect(bytes.toString('latin1', 0, 8)).toBe('GRAFTFC2')
    expect([bytes.readUInt32LE(8), bytes.readUInt32LE(12)]).toEqual([2, LENGTH])
    const digest = (key: string) => createHash('sha256').update(key).digest().subarray(0, 16)
    expect(bytes.subarray(16, 32)).toEqual(digest('key 0'))
    expect(bytes.subarray(32, 48)).toEqual(digest('key 1'))
    expect(bytes.length).toBe(48 + 2 * LENGTH * 4)
    expect(bytes.readFloatLE(48)).toBe(1)
    expect(bytes.readFloatLE(48 + LENGTH * 4)).toBe(2)
  })

  test('200,000 rows are found without holding them', async () => {
    const path = folder()
    const cache = openFeatureCache(path, 1, 'test')
    const keys = Array.from({ length: 200_000 }, (_, i) => `key ${i}`)
    await cache.addRows(
      keys,
      Float32Array.from(keys, (_, i) => i),
    )
    await cache.flush()
    cache.close()
    const again = openFeatureCache(path, 1, 'test')
    const out = new Float32Array(3)
    again.readRows(['key 7', 'key 199999', 'key 0'], out)
    expect([...out]).toEqual([7, 199_999, 0])
    again.close()
  })

  test('a cache that is removed while it is read goes on, and takes new rows', async () => {
    const path = folder()
    const cache = await filled(path, 3)
    rmSync(path, { recursive: true })
    expect(read(cache, 'key 2')).toEqual(rowOf(2))
    await cache.addRows(['key 9'], rowOf(9))
    await cache.flush()
    expect(read(cache, 'key 9')).toEqual(rowOf(9))
    cache.close()
  })

  test('a writer killed at any moment leaves whole rows only, and its leftovers go away', async () => {
    const path = folder()
    for (const wait of [0, 40, 90]) {
      const child = fork(WRITER, [path, String(LENGTH)], { stdio: 'ignore' })
      const gone = new Promise((resolve) => child.once('exit', resolve))
      await new Promise((resolve) => child.once('message', resolve))
      await setTimeout(wait)
      child.kill('SIGKILL')
      await gone
      const cache = openFeatureCache(path, LENGTH, 'test')
      const count = cache.bytes / (LENGTH * 4)
      expect(count).toBeGreaterThan(0)
      for (let i = 0; i < count; i++) expect(read(cache, `key ${i}`)).toEqual(rowOf(i))
      expect(readdirSync(path).filter((name) => name.endsWith('.partial'))).toEqual([])
      cache.close()
    }
  })
})
