import { afterEach, expect, test, vi } from 'vitest'
import { isOtherProcess } from '../../../src-main/base/is-other-process.ts'

afterEach(() => vi.restoreAllMocks())

test('the parent runs; this process is no other, and what is no id is none', () => {
  expect(isOtherProcess(process.ppid)).toBe(true)
  for (const pid of [process.pid, 0, -process.ppid, 1.5, Number.NaN, Infinity]) expect(isOtherProcess(pid)).toBe(false)
})

test.each([
  ['EPERM', true],
  ['ESRCH', false],
])('a process that answers with %s: %s', (code, runs) => {
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error(code), { code })
  })
  expect(isOtherProcess(process.pid + 1)).toBe(runs)
})

test('it only looks: the signal is 0', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  isOtherProcess(process.pid + 1)
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid + 1, 0)
})
