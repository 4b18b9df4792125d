import { posix, win32 } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isBelow, isSamePath } from '../../../../src-main/base/disk/is-below.ts'

describe('what lies in a folder', () => {
  it.each([
    ['/a/b', '/a/b/c', true],
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/bc', false],
    ['/a/b', '/a', false],
    ['/a/b', '/a/b/../c', false],
    ['/a/b', '/a/b/..c', true],
    ['/a/b', '/A/b/c', false],
    ['/', '/a', true],
  ])('on Linux: %s, %s: %s', (folder, path, expected) => expect(isBelow(folder, path, posix)).toBe(expected))

  it.each([
    ['C:\\data', 'C:\\data\\cat', true],
    ['C:\\data', 'c:\\DATA\\cat', true],
    ['C:\\data', 'C:/data/cat', true],
    ['C:\\data', 'C:\\database', false],
    ['C:\\data', 'C:\\', false],
    ['D:\\', 'D:\\cat', true],
    ['D:\\', 'C:\\cat', false],
    ['\\\\nas\\photos', '\\\\nas\\photos\\cat', true],
    ['\\\\nas\\photos', '\\\\nas\\other\\cat', false],
    ['\\\\nas\\photos', 'C:\\cat', false],
  ])('on Windows: %s, %s: %s', (folder, path, expected) => expect(isBelow(folder, path, win32)).toBe(expected))
})

it('Windows does not tell upper and lower case apart, nor its two separators', () => {
  expect(isSamePath('C:\\Data\\Ws', 'c:/data/ws/', win32)).toBe(true)
  expect(isSamePath('C:\\data', 'D:\\data', win32)).toBe(false)
  expect(isSamePath('/data/Ws', '/data/ws', posix)).toBe(false)
  expect(isSamePath('/data/ws', '/data/ws/', posix)).toBe(true)
})

it('a text that is no path is only like itself: never the folder that Graft runs in', () => {
  expect(isSamePath('', process.cwd())).toBe(false)
  expect(isSamePath('.', process.cwd())).toBe(false)
  expect(isSamePath('sample:digits', 'sample:digits')).toBe(true)
})
