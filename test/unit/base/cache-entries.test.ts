import { fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
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
  test('a file of an earlier version counts with its size, and goes like any other', () => {
    mkdirSync(join(cache, 'calibrations'), { recursive: true })
    writeFileSync(join(cache, 'calibrations', 'abc.json'), Buffer.alloc(321))
    entry('features/newer', -1)
    expect(listCacheEntries(cache)[0]).toMatchObject({ id: 'calibrations/abc.json', title: 'abc.json', bytes: 321, isInUse: false }) // prettier-ignore
    expect(evictCacheEntries(cache, 1100).map(({ id }) => id)).toEqual(['calibrations/abc.json'])
    expect(readdirSync(join(cache, 'calibrations'))).toEqual([])
    writeFileSync(join(cache, 'calibrations', 'abc.json'), Buffer.alloc(321))
    expect(removeCacheEntry(cache, 'calibrations/abc.json')).toBe(true)
    expect(ids()).toEqual(['features/newer'])
  })

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

  test('say when they were used last, and all bytes that lie in them', () => {
    const folder = entry('features/a', 2)
    writeFileSync(join(folder, 'more'), Buffer.alloc(234))
    const [first] = listCacheEntries(cache)
    const about = statSync(join(folder, 'about.json'))
    expect(first).toMatchObject({ id: 'features/a', kind: 'features', usedAt: about.mtimeMs, bytes: 1234 + about.size })
    expect(Math.abs(Date.now() - 2 * 3_600_000 - first!.usedAt)).toBeLessThan(60_000)
  })

  test.each([
    ['nothing', null],
    ['half a text', '{"title'],
    ['another title than a text', '{"title": 7}'],
  ])('that say of themselves %s are called by their folder', (_what, about) => {
    const folder = join(cache, 'pixels', 'x')
    mkdirSync(folder, { recursive: true })
    if (about !== null) writeFileSync(join(folder, 'about.json'), about)
    const used = new Date(1_700_000_000_000)
    utimesSync(about === null ? folder : join(folder, 'about.json'), used, used)
    expect(listCacheEntries(cache)).toMatchObject([{ title: 'x', usedAt: used.getTime(), isInUse: false }])
  })

  test('are noted as used at the beginning and at the end, though their folder has gone in between', () => {
    const folder = join(cache, 'features/a')
    const long = new Date(1_700_000_000_000)
    const about = join(folder, 'about.json')
    const use = useCacheEntry(folder, 'a')
    utimesSync(about, long, long)
    const again = useCacheEntry(folder, 'a')
    expect(statSync(about).mtimeMs).toBeGreaterThan(long.getTime())
    utimesSync(about, long, long)
    again.release()
    expect(statSync(about).mtimeMs).toBeGreaterThan(long.getTime())
    expect(readdirSync(folder)).toHaveLength(2)
    use.release()
    expect(readdirSync(folder)).toEqual(['about.json'])
    const last = useCacheEntry(folder, 'a')
    rmSync(folder, { recursive: true })
    last.release()
    expect(existsSync(folder)).toBe(false)
  })

  test('stay for a lease of a process that runs; those of dead ones go away', () => {
    const folder = entry('features/a', 1)
    const dead = join(folder, 'lease-999999999-x')
    const alive = join(folder, `lease-${process.ppid}-x`)
    for (const path of [dead, alive, join(folder, 'lease-x-1'), join(folder, 'old-lease-999999999-x')])
      writeFileSync(path, '')
    expect(listCacheEntries(cache)[0]!.isInUse).toBe(true)
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true])
    expect(removeCacheEntry(cache, 'features/a')).toBe(false)
    rmSync(alive)
    expect(listCacheEntries(cache)[0]!.isInUse).toBe(false)
    expect(readdirSync(folder)).toEqual(['about.json', 'lease-x-1', 'old-lease-999999999-x', 'rows'])
    expect(removeCacheEntry(cache, 'features/a')).toBe(true)
    expect(readdirSync(join(cache, 'features'))).toEqual([])
  })

  test('go only until the rest fits exactly; one in use does not count as gone', () => {
    for (const [id, hoursAgo] of [
      ['features/a', 3],
      ['pixels/b', 2],
      ['features/c', 1],
    ] as const)
      entry(id, hoursAgo)
    const [a, b, c] = listCacheEntries(cache)
    expect(evictCacheEntries(cache, a!.bytes + b!.bytes + c!.bytes)).toEqual([])
    const use = useCacheEntry(join(cache, 'features/a'), 'a')
    utimesSync(join(cache, 'features/a/about.json'), new Date(0), new Date(0))
    expect(evictCacheEntries(cache, a!.bytes + c!.bytes).map(({ id }) => id)).toEqual(['pixels/b'])
    expect(ids()).toEqual(['features/a', 'features/c'])
    use.release()
  })

  test('that are not there cannot be removed', () => expect(removeCacheEntry(cache, 'features/none')).toBe(false))
})
