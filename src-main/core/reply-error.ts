import type { Log, RandomSource } from '../base/ports.ts'
import { type ErrorReply, GraftError } from '../contract/errors.ts'
import { sqliteCode } from './store/database.ts'

/** What a caller gets for anything that was thrown: known errors as they are, bugs as E_INTERNAL with an id for the log. */
export function replyError(error: unknown, ports: { log: Log; random: RandomSource }, request: string): ErrorReply {
  const known = error instanceof GraftError ? error : systemError(error)
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

/** Failures of the computer that the user can mend. */
function systemError(error: unknown): GraftError | null {
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '')
  const text = error instanceof Error ? error.message : String(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new GraftError('E_DISK_FULL', `Expected free space on the disk. Received: ${text}.`, {
      fix: 'Free some space, then try again. What was recorded before is safe.',
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    return new GraftError('E_ACCESS', `Expected permission for a file or folder. Received: ${text}.`, {
      fix: 'Change its permissions, or choose another place.',
      cause: error,
    })
  }
  return null
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
