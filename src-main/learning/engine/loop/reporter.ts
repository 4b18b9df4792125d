import type { ChildMessage } from '../../../contract/trainer.ts'
import type { Runtime } from '../../runtime.ts'

const MESSAGE_INTERVAL_MS = 250

/** What a step message says beside its points. */
export interface Place {
  readonly phase: string
  readonly epoch: number
  readonly step: number
  readonly stepsPerEpoch: number
  readonly progress: number
  readonly samplesPerSecond: number | null
  readonly secondsLeft: number | null
  readonly seconds: number
}

/** Collects metric points and sends them in at most four messages a second; no point is lost. */
export interface Reporter {
  /** Points of one moment; sent when a message is due, with `place` as it then is. */
  record(values: Readonly<Record<string, number>>, place: Place): void
  /** Sends what is waiting. */
  flush(): void
  /** Any other message, after what is waiting. */
  send(message: ChildMessage): void
  /** Resolves once all that was reported is recorded. What is then written to disk may take it as known when the run goes on. */
  recorded(): Promise<void>
}

export interface ReporterParts {
  readonly post: (message: ChildMessage) => void
  readonly recorded: () => Promise<void>
}

type Point = [number, number, number, number, number]

export function createReporter(runtime: Runtime, { post, recorded }: ReporterParts): Reporter {
  const names: string[] = []
  let points: Point[] = []
  let place: Place | null = null
  let sentAt = -Infinity
  const indexOf = (name: string): number => {
    const known = names.indexOf(name)
    if (known >= 0) return known
    names.push(name)
    post({ type: 'series', names: [...names] })
    return names.length - 1
  }
  const flush = () => {
    if (place === null) return
    post({ type: 'step', ...place, memoryBytes: runtime.memoryBytes(), points })
    points = []
    place = null
    sentAt = runtime.now()
  }
  return {
    record(values, at) {
      for (const [name, value] of Object.entries(values)) {
        points.push([indexOf(name), at.step, at.epoch, at.seconds, value])
      }
      place = at
      if (runtime.now() - sentAt >= MESSAGE_INTERVAL_MS) flush()
    },
    flush,
    send(message) {
      flush()
      post(message)
    },
    recorded() {
      flush()
      return recorded()
    },
  }
}
