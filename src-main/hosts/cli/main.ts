import { CommanderError } from 'commander'
import { ERROR_CODES, GraftError } from '../../contract/errors.ts'
import { packageVersion } from '../shared/node-ports.ts'
import { createProgram } from './program.ts'

/** 0: done. 1: it failed. 2: bad use. */
function exitCode(error: unknown): number {
  if (error instanceof GraftError) return ERROR_CODES[error.code]
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  return 1
}

function report(error: unknown, json: boolean): void {
  if (error instanceof CommanderError) return
  if (!(error instanceof GraftError)) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return
  }
  if (json) process.stderr.write(`${JSON.stringify({ error: error.toReply() })}\n`)
  else process.stderr.write(`${error.code}: ${error.message}${error.fix === undefined ? '' : `\n${error.fix}`}\n`)
}

try {
  await createProgram(packageVersion()).parseAsync()
} catch (error) {
  report(error, process.argv.includes('--json'))
  process.exitCode = exitCode(error)
}
