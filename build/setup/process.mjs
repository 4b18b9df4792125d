import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

const running = new Set()

/**
 * Runs a program and resolves with `{ code, output, timedOut }`; never rejects because of the program itself
 * (a program that cannot be started has code 127). `inherit` shows its output, otherwise it is kept.
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const { inherit = false, timeoutMs, ...rest } = options
    const child = spawn(program, args, {
      ...rest,
      stdio: inherit ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && /\.cmd$/.test(program),
    })
    running.add(child)
    let output = ''
    let timedOut = false
    const keep = (chunk) => (output = (output + chunk).slice(-200_000))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    const timer = timeoutMs && setTimeout(() => ((timedOut = true), child.kill('SIGKILL')), timeoutMs)
    const finish = (code) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, output, timedOut })
    }
    child.once('error', (error) => ((output += error.message), finish(127)))
    child.once('close', (code) => finish(code ?? 1))
  })
}

/** Runs a program in the foreground (all streams shared) and resolves with its exit code. */
export function runForeground(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options })
    running.add(child)
    // Ctrl-C reaches the child from the terminal itself; a TERM sent to us alone has to be passed on.
    const pass = () => child.kill('SIGTERM')
    const stay = () => {}
    process.on('SIGTERM', pass)
    process.on('SIGINT', stay)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      process.off('SIGTERM', pass)
      process.off('SIGINT', stay)
      running.delete(child)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}

/** The full path of a program on the PATH of `env`, or undefined. */
export function findProgram(name, env, platform = process.platform) {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined
  const endings = platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : ['']
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const path = join(folder, name + ending)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Stops what was started here when set-up itself is stopped. */
export function stopRunning() {
  for (const child of running) child.kill('SIGTERM')
}
