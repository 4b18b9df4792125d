import { CommanderError } from 'commander'
import { packageVersion } from '../shared/node-ports.ts'
import { heedClosedPipes } from './closed-pipe.ts'
import { type Failure, failureOf } from './failure.ts'
import { interruptionCode } from './interruption.ts'
import { createProgram } from './program.ts'

const isJson = process.argv.includes('--json')

function report({ reply, stack }: Failure): void {
  if (isJson) process.stderr.write(`${JSON.stringify({ error: reply })}\n`)
  else if (stack !== undefined) process.stderr.write(`${stack}\n`)
  else process.stderr.write(`${reply.code}: ${reply.message}${reply.fix === undefined ? '' : `\n${reply.fix}`}\n`)
}

heedClosedPipes()
const program = createProgram(packageVersion(), { isJson })
try {
  await program.parseAsync()
} catch (error) {
  const failure = failureOf(error, program)
  // Without --json commander has already said what is wrong, above the command's options.
  const isSaid = failure.exitCode === 0 || (error instanceof CommanderError && !isJson)
  if (!isSaid) report(failure)
  process.exitCode = failure.exitCode
}
process.exitCode = interruptionCode() ?? process.exitCode
