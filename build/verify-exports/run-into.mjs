import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** Runs a program whose standard output goes into a file; resolves with its exit code and the last of its standard error. */
export function runInto(file, program, args, options = {}) {
  const output = openSync(file, 'w')
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', output, 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-10_000)))
    child.once('error', (error) => (errors += error.message))
    child.once('close', (code) => {
      closeSync(output)
      resolve({ code: code ?? 1, errors })
    })
  })
}
