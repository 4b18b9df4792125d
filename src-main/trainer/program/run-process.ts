import { spawn } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ProcessOptions {
  readonly signal: AbortSignal
  readonly limitMs: number
}

const KEPT_ERRORS = 20_000
/** What Windows' stand-in for a Python that nobody has installed ends with; it tells how to buy one. */
const NO_SUCH_COMMAND = 9009

/** Runs a command to its end; null: there is no such command. Its standard input stays open as long as this process lives, so that a program that
 *  watches it ends when this process was killed. */
export function runProcess(
  command: string,
  args: readonly string[],
  { signal, limitMs }: ProcessOptions,
): Promise<Ended | null> {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _options, ...env } = process.env
    // No files of its own beside those of the export.
    const child = spawn(command, args, { env: { ...env, PYTHONDONTWRITEBYTECODE: '1' }, windowsHide: true })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-KEPT_ERRORS)))
    const stop = (): void => void child.kill('SIGKILL')
    const limit = setTimeout(() => {
      stderr += `\nit took longer than ${limitMs / 1000} seconds`
      stop()
    }, limitMs)
    signal.addEventListener('abort', stop, { once: true })
    const end = (): void => {
      clearTimeout(limit)
      signal.removeEventListener('abort', stop)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      end()
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(null)
      else reject(error)
    })
    child.on('close', (code) => {
      end()
      resolve(code === NO_SUCH_COMMAND ? null : { code, stdout, stderr })
    })
  })
}
