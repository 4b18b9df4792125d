import { setPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Channel } from '../../src-main/trainer/channel.ts'
import { createSpeaker } from '../../src-main/trainer/speaker.ts'

/**
 * The trainer's own way to end, over the line of Electron's utility process, which hands messages over long before they arrive.
 * `waits` as argument: goes when the parent has acknowledged the end; `leaves`: goes by itself one turn later, as the trainer
 * once did.
 */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

const port = (process as unknown as { parentPort: ParentPort }).parentPort
const channel: Channel = {
  post: (message) => {
    port.postMessage(message)
    return new Promise((resolve) => setImmediate(resolve))
  },
  onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
  onGone: () => undefined,
}

const waits = process.argv.includes('waits')
const speaker = createSpeaker(channel, (code) => process.exit(code))
channel.onMessage((message) => {
  if ((message as { type: string }).type === 'leave') return speaker.leave()
  void work()
})

/** About what an import sends, at the trainer's own priority, while other threads decode. */
async function work(): Promise<void> {
  setPriority(10)
  for (let k = 0; k < 4; k++) new Worker('for (;;);', { eval: true })
  const names = Array.from({ length: 500 }, (_, i) => `item ${i} with a name of some length`)
  for (let k = 0; k < 40; k++) await speaker.send({ type: 'series', names })
  speaker.end({ type: 'done', outcome: 'finished' })
  if (!waits) setImmediate(() => process.exit(0))
}
