import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Measured, WorkerTask } from './worker.ts'

export type ContenderName = 'graft' | 'stock' | 'keras' | 'torch' | 'onnx'

const HERE = fileURLToPath(new URL('./', import.meta.url))
/** What TensorFlow says whenever it is loaded. */
const BANNER = /absl::InitializeLog|oneDNN custom operations/
const KEPT_ERRORS = 2000

/** A worker that is alive between measurements and idle while others are measured. */
export interface Contender {
  prepare(task: WorkerTask): Promise<void>
  measure(): Promise<Measured>
  /** Highest resident memory so far, megabytes. */
  peak(): Promise<number>
  close(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Ends what is still measured when the bench itself is stopped. */
export function stopContenders(): void {
  for (const child of running) child.kill()
}

function start(name: ContenderName, command: string, args: readonly string[]) {
  const env = environmentOf(name)
  const child = spawn(command, args, { stdio: 'pipe', env })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

/** Starts the worker of a contender; `python` is that of the peers' environment. */
export function startContender(name: ContenderName, python: string): Contender {
  const isOurs = name === 'graft' || name === 'stock'
  const [command, file] = isOurs ? [process.execPath, `${name}-worker.ts`] : [python, `${name}_worker.py`]
  const child = start(name, command, [`${HERE}${file}`])
  const ask = asker(child, name)
  return {
    prepare: async (task) => void (await ask({ prepare: task })),
    measure: async () => (await ask({ measure: true })) as unknown as Measured,
    peak: async () => (await ask({ peak: true }))['peak'] as number,
    close: () =>
      new Promise((resolve) => {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}

/** PyTorch's buffers of large batches come from glibc, which by default gives each back to the system after use: keeping them
 *  makes it up to three times as fast at 224x224, and is what its tuning guide advises. */
const KEEP_BUFFERS = { MALLOC_MMAP_THRESHOLD_: String(2 ** 34), MALLOC_TRIM_THRESHOLD_: String(2 ** 34) }

/** Environment of a contender's processes. Python's warnings are about the names of things. */
export function environmentOf(name: ContenderName): NodeJS.ProcessEnv {
  const own = name === 'torch' ? KEEP_BUFFERS : {}
  return { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', PYTHONWARNINGS: 'ignore', ...own }
}

type Answer = Record<string, unknown>

/** Sends one message at a time and waits for its answer; rejects when the worker ends before. */
function asker(child: ChildProcess, name: string) {
  let waiting: { resolve: (value: Answer) => void; reject: (error: Error) => void } | null = null
  const errors = keepErrors(child.stderr!, (line) => process.stderr.write(`${name}: ${line}\n`))
  let ended: Error | null = null
  const end = (reason: string) => {
    ended ??= new Error(`${name} ${reason}. ${errors()}`.trim())
    waiting?.reject(ended)
    waiting = null
  }
  child.once('error', (error) => end(`could not be started: ${error.message}`))
  child.once('close', (code, signal) => end(`ended with ${code ?? signal}`))
  // A worker that ended is reported by its end, not by the pipe that broke.
  child.stdin!.on('error', () => undefined)
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (!line.startsWith('@')) return
    const answer = JSON.parse(line.slice(1)) as Answer
    if (answer['error'] === undefined) waiting?.resolve(answer)
    else waiting?.reject(new Error(String(answer['error'])))
    waiting = null
  })
  return (message: object): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended)
      waiting = { resolve, reject }
      child.stdin!.write(`${JSON.stringify(message)}\n`)
    })
}

/** The end of what a program says on standard error, without TensorFlow's banner; each line is handed on too. */
function keepErrors(stream: Readable, tell: (line: string) => void): () => string {
  let kept = ''
  createInterface({ input: stream }).on('line', (line) => {
    if (BANNER.test(line)) return
    kept = `${kept}${line}\n`.slice(-KEPT_ERRORS)
    tell(line)
  })
  return () => kept
}

/** Runs one of the programs beside this file to its end: its answer, the line behind `@`, and the seconds from its start to
 *  that line. */
export function runProgram(name: ContenderName, [command, file]: [string, string], args: readonly string[]) {
  return new Promise<TimedAnswer>((resolve, reject) => {
    const from = performance.now()
    const child = start(name, command, [`${HERE}${file}`, ...args])
    let timed: TimedAnswer | null = null
    const errors = keepErrors(child.stderr, () => undefined)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('@')) return
      timed = { seconds: (performance.now() - from) / 1000, answer: JSON.parse(line.slice(1)) }
    })
    child.once('error', (error) => reject(new Error(`${file} could not be started: ${error.message}`)))
    child.once('close', (code) => {
      if (code === 0 && timed !== null) resolve(timed)
      else reject(new Error(`${file} ended with ${code}. ${errors()}`.trim()))
    })
  })
}

export interface TimedAnswer {
  readonly seconds: number
  readonly answer: unknown
}
