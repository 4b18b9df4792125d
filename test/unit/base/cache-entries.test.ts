import { fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import {
  evictCacheEntries,
  listCacheEntries,
  removeCacheEntry,
  useCacheEntry,
} from '../../../src-main/base/cache-entries.ts'

const HOLDER = fileURLToPath(new URL('../../support/cache-holder.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'graft-cache-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let cache = ''
beforeEach(() => (cache = mkdtempSync(join(root, 'cache-'))))

/** An entry of 1,000 bytes of rows that was last used so many hours ago. */
function entry(id: string, hoursAgo: number): string {
  const folder = join(cache, id)
  useCacheEntry(folder, `what ${id} holds`).release()
  writeFileSync(join(folder, 'rows'), Buffer.alloc(1000))
  const at = new Date(Date.now() - hoursAgo * 3_600_000)
  utimesSync(join(folder, 'about.json'), at, at)
  return folder
}

const ids = () => listCacheEntries(cache).map(({ id }) => id)

describe('cache entries', () => {
  test('are listed with what they hold, the least recently used first', () => {
    entry('features/a', 1)
    entry('pixels/b', 3)
    entry('features/c', 2)
    expect(ids()).toEqual(['pixels/b', 'features/c', 'features/a'])
    const [first] = listCacheEntries(cache)
    expect(first).toMatchObject({ kind: 'pixels', title: 'what pixels/b holds', isInUse: false })
    expect(first!.bytes).toBeGreaterThanOrEqual(1000)
  })

  test('go in the order of their last use until the rest fits, whatever their kind', () => {
    entry('features/a', 1)
    entry('pixels/b', 3)
    entry('features/c', 2)
    expect(evictCacheEntries(cache, 5000)).toEqual([])
    expect(evictCacheEntries(cache, 1500).map(({ id }) => id)).toEqual(['pixels/b', 'features/c'])
    expect(ids()).toEqual(['features/a'])
  })

  test('being used again counts', () => {
    entry('features/a', 5)
    entry('features/b', 4)
    useCacheEntry(join(cache, 'features/a'), 'again').release()
    evictCacheEntries(cache, 1500)
    expect(ids()).toEqual(['features/a'])
    expect(listCacheEntries(cache)[0]!.title).toBe('what features/a holds')
  })

  test('that a run uses stay, until it releases them', () => {
    entry('features/a', 5)
    const use = useCacheEntry(join(cache, 'features/a'), 'a')
    expect(evictCacheEntries(cache, 0)).toEqual([])
    expect(removeCacheEntry(cache, 'features/a')).toBe(false)
    use.release()
    expect(evictCacheEntries(cache, 0)).toHaveLength(1)
  })

  test('that another process uses stay while it runs, and no longer', async () => {
    entry('features/a', 5)
    const child = fork(HOLDER, [join(cache, 'features/a')], { stdio: 'ignore' })
    const gone = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.once('message', resolve))
    expect(listCacheEntries(cache)[0]!.isInUse).toBe(true)
    expect(evictCacheEntries(cache, 0)).toEqual([])
    child.kill('SIGKILL')
    await gone
    expect(evictCacheEntries(cache, 0)).toHaveLength(1)
    expect(ids()).toEqual([])
  })

  test('half removed by a process that died are removed', () => {
    mkdirSync(join(cache, 'features', 'a.1234.evicted'), { recursive: true })
    expect(ids()).toEqual([])
    evictCacheEntries(cache, 1e9)
    expect(readdirSync(join(cache, 'features'))).toEqual([])
  })

  test('without a cache there is nothing', () => {
    expect(listCacheEntries(join(cache, 'missing'))).toEqual([])
    expect(evictCacheEntries(join(cache, 'missing'), 0)).toEqual([])
    expect(existsSync(join(cache, 'missing'))).toBe(false)
  })
})
