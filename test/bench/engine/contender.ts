import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Measured, WorkerTask } from './worker.ts'

export type ContenderName = 'graft' | 'stock' | 'keras' | 'torch'

const HERE = fileURLToPath(new URL('./', import.meta.url))

/** How a contender's worker is started; `python` is that of the peers' environment. */
export function workerCommand(name: ContenderName, python: string): [string, string[]] {
  if (name === 'graft' || name === 'stock') return [process.execPath, [`${HERE}${name}-worker.ts`]]
  return [python, [`${HERE}${name}_worker.py`]]
}

/** A worker that is alive between measurements and idle while others are measured. */
export interface Contender {
  readonly name: ContenderName
  prepare(task: WorkerTask): Promise<void>
  measure(): Promise<Measured>
  /** Highest resident memory so far, megabytes. */
  peak(): Promise<number>
  close(): Promise<void>
}

export function startContender(name: ContenderName, python: string): Contender {
  const [command, args] = workerCommand(name, python)
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: quiet() })
  const ask = asker(child, name)
  return {
    name,
    prepare: async (task) => void (await ask({ prepare: task })),
    measure: async () => (await ask({ measure: true })) as unknown as Measured,
    peak: async () => (await ask({ peak: true }))['peak'] as number,
    close: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.stdin!.end()
        child.kill()
      }),
  }
}

export function quiet(): NodeJS.ProcessEnv {
  return { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', TF_ENABLE_ONEDNN_OPTS: '1' }
}

function asker(child: ChildProcess, name: string) {
  const waiting: { resolve: (value: Record<string, unknown>) => void; reject: (error: Error) => void }[] = []
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (!line.startsWith('@')) return
    const answer = JSON.parse(line.slice(1)) as Record<string, unknown>
    const next = waiting.shift()
    if (answer['error'] === undefined) next?.resolve(answer)
    else next?.reject(new Error(`${name}: ${String(answer['error'])}`))
  })
  child.once('exit', (code) => {
    for (const each of waiting.splice(0)) each.reject(new Error(`${name} ended with ${code}`))
  })
  return (message: object): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      child.stdin!.write(`${JSON.stringify(message)}\n`)
    })
}

/** Runs a program to its end; seconds of wall time and what it printed behind `@`. */
export function runTimed(
  command: string,
  args: readonly string[],
  cwd = HERE,
): Promise<{ seconds: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: quiet(), cwd })
    let text = ''
    let errors = ''
    let seconds = 0
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (seconds === 0 && text.includes('@')) seconds = (performance.now() - from) / 1000
    })
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)))
    child.once('exit', (code) => {
      const line = text.split('\n').find((each) => each.startsWith('@'))
      if (code === 0 && line !== undefined) resolve({ seconds, answer: JSON.parse(line.slice(1)) })
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors}`))
    })
  })
}
