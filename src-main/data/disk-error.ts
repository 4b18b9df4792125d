import { GraftError } from '../contract/errors.ts'

const FULL = new Set(['ENOSPC', 'EDQUOT'])
const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM'])

/** What a failed write means to a user; every other error stays what it is. */
export function explainWriteError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (FULL.has(code)) {
    return new GraftError('E_DISK_FULL', `Expected room on the disk of ${folder}. Received: it is full.`, {
      fix: 'Free some space (cache/ of a workspace may be deleted), then try again.',
      cause: error,
    })
  }
  if (READ_ONLY.has(code)) {
    return new GraftError('E_WORKSPACE_PATH', `Expected to write into ${folder}. Received: writing is not permitted.`, {
      fix: 'Move the workspace to a folder of your own, or change the permissions of this one.',
      cause: error,
    })
  }
  return error
}
