import type { Log, RandomSource } from '../../base/ports.ts'
import { systemError } from '../../base/system-error.ts'
import { type ErrorReply, GraftError } from '../../contract/errors.ts'
import { sqliteCode } from '../store/database.ts'

/** What a caller gets for anything that was thrown: known errors as they are, bugs as E_INTERNAL with an id for the log. */
export function replyError(error: unknown, ports: { log: Log; random: RandomSource }, request: string): ErrorReply {
  const known = error instanceof GraftError ? error : (systemError(error) ?? storeError(error))
  if (known !== null) return plain(known.toReply())
  const id = ports.random.id(8)
  ports.log.error(`E_INTERNAL ${id} in ${request}`, {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  return {
    code: 'E_INTERNAL',
    message: `Something went wrong inside Graft (id ${id}).`,
    fix: 'Try again. If it happens again, report it with the id and the lines around it in the log.',
    details: { id },
  }
}

/** Failures of the store that the user can mend, named as those of the system are. */
function storeError(error: unknown): GraftError | null {
  const code = sqliteCode(error) ?? ''
  const name = code === 'SQLITE_FULL' ? 'ENOSPC' : code.startsWith('SQLITE_READONLY') ? 'EROFS' : null
  const text = error instanceof Error ? error.message : String(error)
  return name === null ? null : systemError(Object.assign(new Error(text, { cause: error }), { code: name }))
}

/** Details may hold anything; only what survives JSON crosses. */
function plain(reply: ErrorReply): ErrorReply {
  try {
    return JSON.parse(JSON.stringify(reply)) as ErrorReply
  } catch {
    const { details: _dropped, ...rest } = reply
    return rest
  }
}
