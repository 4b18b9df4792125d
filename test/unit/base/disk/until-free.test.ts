import { describe, expect, it } from 'vitest'
import { laterWhenFree, untilFree } from '../../../../src-main/base/disk/until-free.ts'

/** Fails with these errors, one after the other, and then answers. */
function failing(...codes: string[]): { work: () => string; calls: () => number } {
  let calls = 0
  const work = (): string => {
    const code = codes[calls++]
    if (code !== undefined) throw Object.assign(new Error(`${code}: a file is held`), { code })
    return 'done'
  }
  return { work, calls: () => calls }
}

describe('what somebody holds', () => {
  it('is tried again on Windows, ever more patiently', () => {
    const { work, calls } = failing('EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY')
    const waits: number[] = []
    expect(untilFree(work, { platform: 'win32', wait: (ms) => waits.push(ms) })).toBe('done')
    expect(calls()).toBe(5)
    expect(waits).toEqual([10, 20, 40, 80])
  })

  it('is given up after two and a half seconds, with the error that the system gave', () => {
    const { work, calls } = failing(...Array.from({ length: 20 }, () => 'EPERM'))
    let waited = 0
    expect(() => untilFree(work, { platform: 'win32', wait: (ms) => (waited += ms) })).toThrow('EPERM: a file is held')
    expect(calls()).toBe(9)
    expect(waited).toBe(2550)
  })

  it.each(['ENOENT', 'ENOSPC', 'EXDEV'])('is not what %s means: it is thrown at once', (code) => {
    const { work, calls } = failing(code)
    expect(() => untilFree(work, { platform: 'win32', wait: () => expect.unreachable() })).toThrow(code)
    expect(calls()).toBe(1)
  })

  it.each(['linux', 'darwin'] as const)('is a lack of permission on %s, and is told at once', async (platform) => {
    const { work, calls } = failing('EPERM', 'EPERM')
    expect(() => untilFree(work, { platform })).toThrow('EPERM')
    await expect(laterWhenFree(async () => work(), { platform })).rejects.toThrow('EPERM')
    expect(calls()).toBe(2)
  })

  it('lets the process go on where that is asked for', async () => {
    const { work, calls } = failing('EBUSY', 'EBUSY')
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 5)
    await expect(laterWhenFree(async () => work(), { platform: 'win32' })).resolves.toBe('done')
    clearInterval(ticking)
    expect(calls()).toBe(3)
    expect(ticks).toBeGreaterThan(0)
  })

  it('is waited for in real time', () => {
    const { work } = failing('EBUSY', 'EBUSY')
    const started = performance.now()
    untilFree(work, { platform: 'win32' })
    expect(performance.now() - started).toBeGreaterThanOrEqual(29)
  })
})
