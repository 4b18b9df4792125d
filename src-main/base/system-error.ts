import { GraftError } from '../contract/errors.ts'

/** What a failed call of the system means to a user, where there is something that the user can mend; null: it may be a bug. */
export function systemError(error: unknown): GraftError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = error instanceof Error ? error.message : String(error)
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new GraftError('E_DISK_FULL', `Expected free space on the disk. Received: ${text}.`, {
        fix: 'Free some space, then try again. What was recorded before is safe.',
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new GraftError('E_ACCESS', `Expected permission for a file or folder. Received: ${text}.`, {
        fix: 'Change its permissions, or choose another place.',
        cause: error,
      })
    case 'EBUSY':
    case 'ENOTEMPTY':
    case 'ETXTBSY':
      return new GraftError('E_ACCESS', `Expected a file or folder that no other program uses. Received: ${text}.`, {
        fix: 'Close the program that has it open (an editor, a viewer, a virus scanner), then try again.',
        cause: error,
      })
    case 'ENOTDIR':
      return new GraftError('E_SOURCE_PATH', `Expected a folder. Received a file: ${text}.`, {
        fix: 'Choose another place.',
        cause: error,
      })
    case 'EISDIR':
      return new GraftError('E_SOURCE_PATH', `Expected a file. Received a folder: ${text}.`, {
        fix: 'Name the file in it, or choose another place.',
        cause: error,
      })
    default:
      return null
  }
}
