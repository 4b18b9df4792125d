import { posix, win32 } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireNames, whyNotOnWindows } from '../../../../src-main/base/disk/windows-name.ts'

describe('names', () => {
  it.each(['CON', 'con', 'nul.txt', 'Aux.tar.gz', 'com1', 'LPT9.csv', 'com¹', 'prn .txt', 'CONIN$', 'conout$'])(
    '"%s" is kept for a device',
    (name) => expect(whyNotOnWindows(name)).toBe(`Windows keeps the name "${name}" for a device`),
  )

  it.each(['report.', 'report ', 'a..', '. '])('"%s" ends as no name does', (name) =>
    expect(whyNotOnWindows(name)).toBe(`on Windows no name ends with a dot or a space, as "${name}" does`),
  )

  it.each(['a:b', 'a.png:stream', 'what?', 'a*', '<a>', 'a|b', 'say "a"', 'a\nb'])(
    '%j holds what no name may',
    (name) => expect(whyNotOnWindows(name)).toMatch(/^on Windows no name holds "/),
  )

  it.each([
    'console',
    'nullable.txt',
    'com',
    'com10',
    'lpt',
    'auxiliary',
    'a.con',
    '.graft',
    'größe 猫',
    "it's & 100%",
  ])('"%s" is a name like any other', (name) => expect(whyNotOnWindows(name)).toBeNull())
})

describe('paths', () => {
  it.each(['C:\\data\\nul.txt', 'C:\\con\\a', 'C:\\a.\\b', '\\\\nas\\share\\a:b', 'D:\\x\\a?'])(
    '%s is refused on Windows, with what to do',
    (path) =>
      expect(() => requireNames(path, win32)).toThrow(
        expect.objectContaining({
          code: 'E_SOURCE_PATH',
          message: expect.stringContaining(`Received: ${path}; `),
          fix: 'Choose another name.',
        }),
      ),
  )

  it.each(['C:\\', 'C:\\data\\..\\Größe 1', '\\\\nas\\photos\\cats', '\\\\?\\C:\\long\\name', 'C:/a/b'])(
    '%s is taken on Windows',
    (path) => expect(requireNames(path, win32)).toBe(path),
  )

  it('are taken as they are where such names mean nothing', () => {
    for (const path of ['/data/nul.txt', '/a./b', '/a:b']) expect(requireNames(path, posix)).toBe(path)
  })
})
