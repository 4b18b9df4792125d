import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, posix, win32 } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pathSources, wholePath } from '../../../src-main/hosts/shared/path-sources.ts'

const isWindows = process.platform === 'win32'

describe('a path that somebody types', () => {
  it.each([
    ['C:/data/cats', 'C:\\data\\cats'],
    ['C:\\data\\.\\cats\\', 'C:\\data\\cats'],
    ['\\\\nas\\photos\\cats', '\\\\nas\\photos\\cats'],
    ['//nas/photos/cats', '\\\\nas\\photos\\cats'],
    ['D:\\', 'D:\\'],
    ['~', 'C:\\Users\\Jörg Müller'],
    ['~\\data', 'C:\\Users\\Jörg Müller\\data'],
    ['~/data', 'C:\\Users\\Jörg Müller\\data'],
  ])('on Windows: %s is %s', (source, expected) =>
    expect(wholePath(source, win32, 'C:\\Users\\Jörg Müller')).toBe(expected),
  )

  it.each([
    ['/data/cats', '/data/cats'],
    ['/data/link/../cats', '/data/link/../cats'],
    ['~', '/home/me'],
    ['~/data', '/home/me/data'],
  ])('on Linux: %s is %s', (source, expected) => expect(wholePath(source, posix, '/home/me')).toBe(expected))

  it('is a name where ~ only begins one, as those of open documents do', () => {
    expect(wholePath('~$budget.xlsx')).toBe(join(process.cwd(), '~$budget.xlsx'))
    expect(wholePath('~')).toBe(homedir())
  })
})

describe('the paths of this computer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft größe 猫-'))

  it('are found, with spaces and letters of any script', () => {
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'фото.csv'), 'a')
    expect(pathSources.resolve(join(folder, 'фото.csv'))).toBe(join(folder, 'фото.csv'))
    expect(pathSources.destination(join(folder, 'new'))).toBe(join(folder, 'new'))
    expect(() => pathSources.resolve(join(folder, 'none'))).toThrow('Expected an existing file or folder.')
    expect(() => pathSources.destination('none')).toThrow('Expected an existing file or folder.')
  })

  it.runIf(isWindows)('are refused as a destination where Windows could not keep the name', () => {
    for (const name of ['nul.txt', 'con', 'a.', 'a.png:b']) {
      expect(() => pathSources.destination(join(folder, name))).toThrow('Expected names that this system can keep.')
      expect(existsSync(join(folder, name))).toBe(false)
    }
  })
})
