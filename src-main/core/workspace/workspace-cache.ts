import { evictCacheEntries, listCacheEntries, removeCacheEntry } from '../../base/cache-entries.ts'
import { GraftError } from '../../contract/errors.ts'
import type { CacheState } from '../../contract/workspace.ts'
import { type App, requireSession } from '../session/app.ts'
import { removeMaps } from '../labelling/map-folder.ts'
import { cacheLimit } from '../session/cache-limit.ts'

export function cacheState(app: App): CacheState {
  const entries = listCacheEntries(requireSession(app).paths.cache).reverse()
  return {
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    limitBytes: cacheLimit(app),
    entries: entries.map(({ id, kind, title, bytes, usedAt, isInUse }) => ({
      id,
      kind,
      title,
      bytes,
      usedAt: new Date(usedAt).toISOString(),
      inUse: isInUse,
    })),
  }
}

/** Removes entries by id; without ids all that nobody uses. Only what `cacheState` lists can be named. */
export function emptyCache(app: App, ids: readonly string[] | null): CacheState {
  const session = requireSession(app)
  const folder = session.paths.cache
  if (ids === null) {
    evictCacheEntries(folder, 0)
    removeMaps(session)
    return cacheState(app)
  }
  const entries = listCacheEntries(folder)
  const wanted = entries.filter(({ id }) => ids.includes(id))
  const used = wanted.filter(({ id }) => !removeCacheEntry(folder, id))
  if (used.length > 0) {
    const titles = used.map(({ title }) => `"${title}"`).join(', ')
    throw new GraftError('E_CACHE_IN_USE', `Expected parts of the cache that no run uses. In use: ${titles}.`, {
      fix: 'Pause the run or wait for its end, then empty the cache again.',
    })
  }
  return cacheState(app)
}
