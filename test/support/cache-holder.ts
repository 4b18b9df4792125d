import { useCacheEntry } from '../../src-main/base/cache-entries.ts'

// Uses an entry of the cache until it is killed.
useCacheEntry(process.argv[2]!, 'held')
process.send?.('ready')
setInterval(() => undefined, 1000)
