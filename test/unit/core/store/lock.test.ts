import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as lock from '../../../../src-main/core/store/lock.ts'

const NOW = new Date('2026-05-06T07:08:09.123Z')
const ELSEWHERE: lock.Holder = { pid: 7, host: 'elsewhere', kind: 'cli', since: NOW.toISOString(), boot: 'b' }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (text: string): void => writeFileSync(join(folder, lock.LOCK_FILE), text)

describe('who holds a workspace', () => {
  it('is this process, on this computer, since now', () => {
    const { boot, ...holder } = lock.newHolder('http', NOW)
    expect(holder).toEqual({ pid: process.pid, host: hostname(), kind: 'http', since: '2026-05-06T07:08:09.123Z' })
    expect(boot === null || /^[0-9a-f-]{36}$/.test(boot)).toBe(true)
    expect(lock.newHolder('cli', NOW).boot).toBe(boot)
  })

  it('is written down, read again, and taken away', () => {
    const holder = lock.newHolder('http', NOW)
    lock.writeHolder(folder, holder)
    expect(readdirSync(folder)).toEqual([lock.LOCK_FILE])
    expect(lock.readHolder(folder)).toEqual(holder)
    lock.removeHolder(folder, holder)
    expect(lock.readHolder(folder)).toBeNull()
    lock.removeHolder(folder, holder)
  })

  it('stays written down when it is someone else by now', () => {
    const holder = lock.newHolder('http', NOW)
    for (const other of [
      { ...holder, pid: holder.pid + 1 },
      { ...holder, since: '2026-05-06T07:08:10.000Z' },
    ]) {
      lock.writeHolder(folder, other)
      lock.removeHolder(folder, holder)
      expect(existsSync(join(folder, lock.LOCK_FILE))).toBe(true)
    }
  })

  it('is nobody where the file says nothing', () => {
    expect(lock.readHolder(folder)).toBeNull()
    for (const text of ['', '{', '{}', '{"pid":1}', '{"host":"a"}', '{"pid":"1","host":"a"}', '{"pid":1,"host":2}']) {
      write(text)
      expect(lock.readHolder(folder)).toBeNull()
    }
  })

  it('of an older file is told as far as it goes', () => {
    write('{"pid":1,"host":"a"}')
    expect(lock.readHolder(folder)).toEqual({
      pid: 1,
      host: 'a',
      kind: 'unknown',
      since: 'an unknown time',
      boot: null,
    })
  })
})

describe('a workspace that is held', () => {
  it('on another computer is refused, on this one not yet', () => {
    lock.refuseOtherComputer(folder)
    lock.writeHolder(folder, lock.newHolder('http', NOW))
    lock.refuseOtherComputer(folder)
    lock.writeHolder(folder, ELSEWHERE)
    expect(() => lock.refuseOtherComputer(folder)).toThrow('process 7 on elsewhere')
  })

  it('is told with the computer where that is another one', () => {
    expect(lock.heldError('/ws', ELSEWHERE)).toMatchObject({
      code: 'E_WORKSPACE_HELD',
      message:
        'Expected a workspace that nobody else works in. Received: /ws, held by Graft (cli, process 7 on elsewhere) since 2026-05-06T07:08:09.123Z.',
      fix: `Close it there. If Graft no longer runs on elsewhere, delete ${join('/ws', 'workspace.lock')}.`,
      details: { folder: '/ws', holder: ELSEWHERE },
    })
  })

  it('is told with the process alone on this one', () => {
    const error = lock.heldError('/ws', { ...ELSEWHERE, host: hostname() })
    expect(error.message).toContain('held by Graft (cli, process 7) since')
    expect(error.fix).toBe('Close the other window or wait until the other command has ended, then try again.')
  })

  it('is told where nobody knows by whom', () => {
    const error = lock.heldError('/ws', null)
    expect(error.message).toBe(
      'Expected a workspace that nobody else works in. Received: /ws, held by another program.',
    )
    expect(error.fix).toContain('Close the other window')
    expect(error.details).toEqual({ folder: '/ws' })
  })
})
