// What Node 16 lacks of Node 24, as far as the main process uses it.
require('./language.cjs')
const os = require('os')
const stream = require('stream')
const v8 = require('v8')
const worker = require('worker_threads')
const zlib = require('zlib')

os.availableParallelism ??= () => os.cpus().length
globalThis.structuredClone ??= (value) => v8.deserialize(v8.serialize(value))
// electron.cjs hands Node streams to Electron as they are.
stream.Readable.toWeb ??= (readable) => readable

AbortSignal.any ??= (signals) => {
  const controller = new AbortController()
  for (const signal of signals) {
    if (signal.aborted) controller.abort()
    else signal.addEventListener('abort', () => controller.abort(), { once: true })
  }
  return controller.signal
}
AbortSignal.timeout ??= (ms) => {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), ms).unref()
  return controller.signal
}

const TABLE = new Uint32Array(256).map((_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n
})
zlib.crc32 ??= (data, start = 0) => {
  let crc = ~start >>> 0
  for (const byte of typeof data === 'string' ? Buffer.from(data) : data) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8)
  return ~crc >>> 0
}

// A worker loads the database's driver by its path: the stand-in of this folder, as in the main thread.
worker.Worker = class extends worker.Worker {
  constructor(script, options) {
    const { driver } = options?.workerData ?? {}
    super(
      script,
      driver ? { ...options, workerData: { ...options.workerData, driver: `${__dirname}/sqlite.cjs` } } : options,
    )
  }
}
