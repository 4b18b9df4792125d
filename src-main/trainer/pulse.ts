import { Worker } from 'node:worker_threads'

/** Share of the time between two beats that the process has to have computed for: the beating itself takes far less. */
const LEAST_SHARE = 0.02

/** A string, as a worker of its own file would have to be found in sources and builds alike. */
const BEAT = `
const { writeSync } = require('node:fs')
const { everyMs, leastMicros } = require('node:worker_threads').workerData
let before = process.cpuUsage()
setInterval(() => {
  const { user, system } = process.cpuUsage(before)
  before = process.cpuUsage()
  if (user + system >= leastMicros) writeSync(1, process.memoryUsage.rss() + '\\n')
}, everyMs)
`

/** Says on standard output, from a thread of its own, that this process computes: no message can leave during one long synchronous
 *  step. A process that hangs without computing says nothing. */
export function startPulse(everyMs: number): void {
  const leastMicros = 1000 * everyMs * LEAST_SHARE
  new Worker(BEAT, { eval: true, workerData: { everyMs, leastMicros } }).unref()
}
