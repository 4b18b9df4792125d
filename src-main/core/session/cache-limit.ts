import type { App } from './app.ts'

/** Key of the user's setting, in gigabytes. */
export const CACHE_LIMIT_SETTING = 'cacheLimitGigabytes'
const DEFAULT_GIGABYTES = 20

/** Most bytes that a workspace's cache may take. */
export function cacheLimit(app: App): number {
  const value = app.settings.all()[CACHE_LIMIT_SETTING]
  return (typeof value === 'number' && value > 0 ? value : DEFAULT_GIGABYTES) * 1e9
}
