import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'

/** Well beyond a core's own caches, as the maps of a batch are. */
const BYTES = 64 * 2 ** 20
const SECONDS = 1

const COPY = `
const { parentPort, workerData: { bytes, seconds } } = require('node:worker_threads')
const [from, to] = [new Uint8Array(bytes).fill(1), new Uint8Array(bytes)]
to.set(from)
const start = performance.now()
let copies = 0
while (performance.now() - start < 1000 * seconds) { to.set(from); copies++ }
parentPort.postMessage((2 * bytes * copies * 1000) / (performance.now() - start))
`

/** Bytes a second that each core reads and writes while it copies, all cores at once: the mean of them. */
export async function measureBandwidth(): Promise<number> {
  const rates = await Promise.all(
    cpus().map(
      () =>
        new Promise<number>((resolve, reject) => {
          const worker = new Worker(COPY, { eval: true, workerData: { bytes: BYTES, seconds: SECONDS } })
          worker.once('message', resolve)
          worker.once('error', reject)
        }),
    ),
  )
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length
}
