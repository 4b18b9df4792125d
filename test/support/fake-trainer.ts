import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabelQuestion } from '../../src-main/contract/label-questions.ts'
import type { TrainerLauncher, TrainerProcess } from '../../src-main/base/ports.ts'
import {
  ChildMessage,
  Manifest,
  type ParentMessage,
  type TrainerJob,
  type TrainJob,
} from '../../src-main/contract/trainer.ts'

type Told = 'pause' | 'stop' | 'cancel' | 'kill'

/** The child's side of one launched job, driven by a test. It speaks the real contract: what it sends is checked. */
export interface FakeChild {
  readonly job: TrainerJob
  readonly controls: ('pause' | 'stop' | 'cancel')[]
  readonly isKilled: boolean
  send(message: ChildMessage): void
  /** Ends the process; without `done` or `failed` before it, that is a crash. */
  exit(code?: number | null, signal?: string | null, stderr?: string): void
  /** Resolves with the next control that was not asked for yet, or `kill`. */
  nextControl(): Promise<Told>
  /** Hears what a label job is asked, also what was asked before. */
  onAsk(listener: (id: number, question: LabelQuestion) => void): void
}

export type FakeScript = (child: FakeChild) => Promise<void> | void

export interface FakeTrainer extends TrainerLauncher {
  readonly children: FakeChild[]
  /** Replaces what a kind of job does from now on. */
  script(kind: TrainerJob['kind'], script: FakeScript): void
}

export function fakeTrainer(scripts: Partial<Record<TrainerJob['kind'], FakeScript>>): FakeTrainer {
  const table = new Map(Object.entries(scripts))
  const children: FakeChild[] = []
  return {
    children,
    script: (kind, script) => void table.set(kind, script),
    launch(job, handlers): TrainerProcess {
      const plain = structuredClone(job)
      let isOver = false
      let isKilled = false
      const unheard: Told[] = []
      const asked: Extract<ParentMessage, { type: 'ask' }>[] = []
      let answer: ((id: number, question: LabelQuestion) => void) | null = null
      let listener: ((control: Told) => void) | null = null
      const controls: FakeChild['controls'] = []
      const wake = (control: Told): void => {
        if (listener === null) unheard.push(control)
        else listener(control)
        listener = null
      }
      const exit: FakeChild['exit'] = (code = 0, signal = null, stderr = '') => {
        if (isOver) return
        isOver = true
        setImmediate(() => handlers.onExit({ code, signal, stderr, reason: null }))
      }
      const child: FakeChild = {
        job: plain,
        controls,
        get isKilled() {
          return isKilled
        },
        exit,
        send(message) {
          const checked = ChildMessage.parse(structuredClone(message))
          if (!isOver) setImmediate(() => handlers.onMessage(checked))
        },
        nextControl() {
          const first = unheard.shift()
          return first === undefined ? new Promise((resolve) => (listener = resolve)) : Promise.resolve(first)
        },
        onAsk(next) {
          answer = next
          for (const { id, question } of asked.splice(0)) next(id, question)
        },
      }
      children.push(child)
      setImmediate(() => void table.get(job.kind)?.(child))
      return {
        pid: 1,
        send(message: ParentMessage) {
          if (message.type === 'ask' && !isOver) {
            const copy = structuredClone(message)
            if (answer === null) asked.push(copy)
            else answer(copy.id, copy.question)
          }
          if (message.type !== 'control' || isOver) return
          controls.push(message.action)
          wake(message.action)
        },
        kill() {
          isKilled = true
          exit(null, 'SIGKILL')
          wake('kill')
        },
      }
    },
  }
}

/** Ends well. */
export function finish(child: FakeChild, outcome: 'finished' | 'paused' | 'stopped' | 'cancelled' = 'finished'): void {
  child.send({ type: 'done', outcome })
  child.exit()
}

/** A model on disk as the trainer leaves it; the weights are a few bytes. */
export function writeModel(job: TrainJob): void {
  const folder = join(job.folder, 'model')
  mkdirSync(folder, { recursive: true })
  const { heads } = Manifest.parse(JSON.parse(readFileSync(job.manifest, 'utf8')))
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))
  write('network.json', job.network)
  write('preprocessing.json', job.preprocessing)
  write('heads.json', heads)
  writeFileSync(join(folder, 'weights.safetensors'), `weights of ${job.runId}`)
}
