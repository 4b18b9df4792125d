import { createInterface } from 'node:readline'

/** What a worker is asked: prepare a task once, then measure it as often as asked; one JSON line each way. */
export interface WorkerTask {
  readonly kind: 'train' | 'features' | 'rows' | 'epoch'
  /** A description from networks.ts, in a file, so that Python workers read the same. */
  readonly network: string
  readonly batch: number
  /** Batches per measurement. */
  readonly batches: number
  readonly optimizer: 'sgd' | 'adam'
  readonly precision: 'float32' | 'bfloat16'
}

export interface Measured {
  /** Samples per second. */
  readonly value: number
  /** Which of several ways was the fastest, where there are several. */
  readonly note?: string
}

/** Reads tasks from standard input: `{"prepare": task}` answers `{"ready": true}`, `{"measure": true}` answers Measured,
 *  `{"peak": true}` the highest resident memory in megabytes. */
export function serve(prepare: (task: WorkerTask) => Promise<() => Promise<Measured>>): void {
  let measure: (() => Promise<Measured>) | null = null
  const answer = (value: unknown) => process.stdout.write(`@${JSON.stringify(value)}\n`)
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line) as { prepare?: WorkerTask; measure?: true; peak?: true }
    const work = async () => {
      if (message.prepare !== undefined) {
        measure = await prepare(message.prepare)
        return { ready: true }
      }
      if (message.peak === true) return { peak: process.resourceUsage().maxRSS / 1024 }
      return measure!()
    }
    work().then(answer, (error: unknown) => answer({ error: String(error) }))
  })
}
