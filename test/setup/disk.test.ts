import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { remove, rename, untilFree } from '../../build/setup/disk.mjs'
import { untilFree as graftsOwn } from '../../src-main/base/disk/until-free.ts'
import { temporaryFolder } from './support.ts'

/** How often, and after which waits, something that fails always is tried. */
function triesOf(wait: typeof untilFree, code: string, platform: NodeJS.Platform): number[] {
  const waits: number[] = []
  const work = (): never => {
    throw Object.assign(new Error(code), { code })
  }
  expect(() => wait(work, { platform, wait: (milliseconds: number) => void waits.push(milliseconds) })).toThrow(code)
  return waits
}

describe('what the set-up renames and removes', () => {
  test.each(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY', 'ENOENT', 'ENOSPC'])(
    'is tried again by the rule of the programs (%s)',
    (code) => {
      for (const platform of ['win32', 'linux', 'darwin'] as const) {
        expect(triesOf(untilFree, code, platform)).toEqual(triesOf(graftsOwn as typeof untilFree, code, platform))
      }
    },
  )

  test('has gone, and lies elsewhere; what is not there is no error', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a', 'b'), { recursive: true })
    writeFileSync(join(folder, 'a', 'b', 'é 猫'), '')
    rename(join(folder, 'a'), join(folder, 'c'))
    expect(existsSync(join(folder, 'c', 'b', 'é 猫'))).toBe(true)
    for (const name of ['c', 'c']) remove(join(folder, name))
    expect(existsSync(join(folder, 'c'))).toBe(false)
  })
})
