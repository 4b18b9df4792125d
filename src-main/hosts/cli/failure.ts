import { type Command, CommanderError } from 'commander'
import { ERROR_CODES, type ErrorReply, GraftError } from '../../contract/errors.ts'

/** How a command that did not do its work ends. */
export interface Failure {
  /** 0: only help was asked for. 1: it failed. 2: bad use. */
  readonly exitCode: number
  readonly reply: Pick<ErrorReply, 'code' | 'message' | 'fix' | 'details'>
  /** Of a bug. */
  readonly stack?: string | undefined
}

/** What was thrown, as exit code, sentence and what to do. */
export function failureOf(error: unknown, program: Command): Failure {
  if (error instanceof GraftError) return { exitCode: ERROR_CODES[error.code], reply: error.toReply() }
  if (error instanceof CommanderError) return badUse(error, program)
  const message = error instanceof Error ? error.message : String(error)
  return {
    exitCode: 1,
    reply: {
      code: 'E_INTERNAL',
      message: `Something went wrong inside Graft: ${message}`,
      fix: 'Try again with --verbose. If it happens again, report it with what is printed.',
    },
    stack: error instanceof Error ? error.stack : undefined,
  }
}

function badUse(error: CommanderError, program: Command): Failure {
  const sentence = error.message
    .replace(/^error: /, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[.\s]*$/, '.')
  const help = `graft ${commandPath(program)}--help`
  const message = `Expected what \`${help}\` shows. Received: ${sentence}`
  return { exitCode: error.exitCode === 0 ? 0 : 2, reply: { code: 'E_INPUT', message, fix: `See: ${help}` } }
}

/** `dataset import ` of what was typed, as far as there are such commands. */
function commandPath(program: Command): string {
  let at: Command = program
  let path = ''
  for (const word of process.argv.slice(2)) {
    const next = at.commands.find((command) => command.name() === word)
    if (next === undefined) break
    at = next
    path += `${word} `
  }
  return path
}
