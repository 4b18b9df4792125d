import { expect, test } from 'vitest'
import { systemError } from '../../../src-main/base/system-error.ts'

const failed = (code: string): Error => Object.assign(new Error(`${code}: about /a/b`), { code })

test.each([
  ['ENOSPC', 'E_DISK_FULL', 'Expected free space on the disk. Received: ENOSPC: about /a/b.'],
  ['EDQUOT', 'E_DISK_FULL', 'Received: EDQUOT: about /a/b.'],
  ['EACCES', 'E_ACCESS', 'Expected permission for a file or folder. Received: EACCES: about /a/b.'],
  ['EPERM', 'E_ACCESS', 'Received: EPERM: about /a/b.'],
  ['EROFS', 'E_ACCESS', 'Received: EROFS: about /a/b.'],
  ['EBUSY', 'E_ACCESS', 'Expected a file or folder that no other program uses. Received: EBUSY: about /a/b.'],
  ['ENOTEMPTY', 'E_ACCESS', 'Received: ENOTEMPTY: about /a/b.'],
  ['ENOTDIR', 'E_SOURCE_PATH', 'Expected a folder. Received a file: ENOTDIR: about /a/b.'],
  ['EISDIR', 'E_SOURCE_PATH', 'Expected a file. Received a folder: EISDIR: about /a/b.'],
])('%s is told as %s, with what to do and what was thrown', (code, expected, text) => {
  const thrown = failed(code)
  const error = systemError(thrown)
  expect(error).toMatchObject({ code: expected, message: expect.stringContaining(text), cause: thrown })
  expect(error?.fix).toMatch(/\S/)
})

test.each([failed('EIO'), new Error('ENOSPC'), 'ENOSPC', null, { code: 'ENOSPC' }])('%s may be a bug', (thrown) => {
  expect(systemError(thrown)).toBeNull()
})
