import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { removeAll, removeFile, removeIfFree, removeLater } from '../../../../src-main/base/disk/remove.ts'
import { replace } from '../../../../src-main/base/disk/replace.ts'

function folder(): string {
  // With a space and letters that no code page of Windows holds together.
  const made = mkdtempSync(join(tmpdir(), 'graft фото 猫 é-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** What Windows' MoveFileEx answers for a file that may not be written. */
function windowsRename(from: string, to: string): void {
  const facts = statSync(to, { throwIfNoEntry: false })
  const mayNot = facts !== undefined && (facts.mode & 0o200) === 0
  if (mayNot) throw Object.assign(new Error(`EPERM: operation not permitted, rename '${from}'`), { code: 'EPERM' })
  renameSync(from, to)
}

it('a file takes the place of another, a folder a place of its own', () => {
  const at = folder()
  writeFileSync(join(at, 'old'), 'old')
  writeFileSync(join(at, 'new'), 'new')
  mkdirSync(join(at, 'folder'))
  replace(join(at, 'new'), join(at, 'old'))
  replace(join(at, 'folder'), join(at, 'other'))
  expect(readFileSync(join(at, 'old'), 'utf8')).toBe('new')
  expect([existsSync(join(at, 'new')), existsSync(join(at, 'folder')), existsSync(join(at, 'other'))]).toEqual([
    false,
    false,
    true,
  ])
})

it('a file that is read-only is replaced, as it is on other systems', () => {
  const at = folder()
  writeFileSync(join(at, 'settings.json'), 'old')
  chmodSync(join(at, 'settings.json'), 0o444)
  writeFileSync(join(at, 'next'), 'new')
  const wait = (): never => expect.unreachable('it is not held')
  replace(join(at, 'next'), join(at, 'settings.json'), { platform: 'win32', rename: windowsRename, wait })
  expect(readFileSync(join(at, 'settings.json'), 'utf8')).toBe('new')
})

it.runIf(process.platform === 'win32')(
  'a file that another program writes to is replaced once it is closed',
  async () => {
    const at = folder()
    const other = spawn('cmd', ['/c', 'ping -n 3 127.0.0.1 > held.txt'], { stdio: 'ignore', cwd: at })
    onTestFinished(() => void other.kill())
    await vi.waitUntil(() => existsSync(join(at, 'held.txt')))
    writeFileSync(join(at, 'new'), 'new')
    expect(() => renameSync(join(at, 'new'), join(at, 'held.txt'))).toThrow(/EPERM|EBUSY|EACCES/)
    replace(join(at, 'new'), join(at, 'held.txt'))
    expect(readFileSync(join(at, 'held.txt'), 'utf8')).toBe('new')
  },
)

it('a file that stays held stays as it was', () => {
  const at = folder()
  writeFileSync(join(at, 'old'), 'old')
  writeFileSync(join(at, 'new'), 'new')
  let tries = 0
  const rename = (): never => {
    tries += 1
    throw Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' })
  }
  const attempt = () => replace(join(at, 'new'), join(at, 'old'), { platform: 'win32', rename, wait: () => undefined })
  expect(attempt).toThrow('EBUSY')
  expect(tries).toBe(9)
  expect([readFileSync(join(at, 'old'), 'utf8'), readFileSync(join(at, 'new'), 'utf8')]).toEqual(['old', 'new'])
})

it('files and folders are removed with names in any script, read-only ones too, and missing ones are no error', async () => {
  const at = folder()
  for (const name of ['鳥', 'b', 'c']) {
    mkdirSync(join(at, name))
    writeFileSync(join(at, name, 'é.txt'), 'x')
    chmodSync(join(at, name, 'é.txt'), 0o444)
  }
  writeFileSync(join(at, 'file'), 'x')
  removeAll(join(at, '鳥'))
  await removeLater(join(at, 'b'))
  removeIfFree(join(at, 'c'))
  removeFile(join(at, 'file'))
  for (const name of ['鳥', 'b', 'c', 'file']) expect(existsSync(join(at, name))).toBe(false)
  removeAll(join(at, 'none'))
  await removeLater(join(at, 'none'))
  removeIfFree(join(at, 'none'))
  removeFile(join(at, 'none'))
})
