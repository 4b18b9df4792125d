import { createInterface } from 'node:readline'
import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'

/** What a worker is asked to do: prepare a task once, then measure it as often as asked. */
export interface WorkerTask {
  /** `train`: updates of the whole network. `rows`: the same on few numbers a sample, held in memory. `features`: inference. */
  readonly kind: 'train' | 'rows' | 'features'
  /** A description from networks.ts, in a file, so that Python workers read the same. */
  readonly network: string
  readonly batch: number
  /** Batches per measurement. */
  readonly batches: number
  /** Samples that the batches are taken from: shuffled for updates, in their order for inference. */
  readonly samples: number
  readonly optimizer: 'sgd' | 'adam'
  readonly precision: PrefixPrecision
  /** Peers go their plainest way alone: trying others takes memory that training does not. */
  readonly isPlain?: boolean
  /** Keras goes through XLA as well, and the faster way counts. */
  readonly usesXla?: boolean
}

export interface Measured {
  /** In the unit of the row; a worker's is samples per second. */
  readonly value: number
  /** Which of several ways was the fastest, where there are several. */
  readonly note?: string
}

/** Answers one JSON line behind `@` per JSON line read: `{"prepare": task}` with `{"ready": true}`, `{"measure": true}` with
 *  Measured, `{"peak": true}` with the highest resident memory in megabytes; `{"error": text}` where that failed. */
export function serve(prepare: (task: WorkerTask) => Promise<() => Promise<Measured>>): void {
  let measure: (() => Promise<Measured>) | null = null
  const answer = (value: unknown) => process.stdout.write(`@${JSON.stringify(value)}\n`)
  const work = async (message: { prepare?: WorkerTask; peak?: true }) => {
    if (message.prepare !== undefined) {
      measure = await prepare(message.prepare)
      return { ready: true }
    }
    if (message.peak === true) return { peak: process.resourceUsage().maxRSS / 1024 }
    return measure!()
  }
  createInterface({ input: process.stdin }).on('line', (line) => {
    work(JSON.parse(line)).then(answer, (error: unknown) => answer({ error: String(error) }))
  })
}
