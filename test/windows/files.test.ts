import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { evictCacheEntries, listCacheEntries, useCacheEntry } from '../../src-main/base/cache-entries.ts'
import { isBelow, isSamePath } from '../../src-main/base/disk/is-below.ts'
import { removeAll } from '../../src-main/base/disk/remove.ts'
import { untilFree } from '../../src-main/base/disk/until-free.ts'
import { writeFileAtomic } from '../../src-main/base/disk/write-file-atomic.ts'
import { newestCheckpoint, writeCheckpoint } from '../../src-main/learning/engine/loop/checkpoint.ts'
import { pathSources } from '../../src-main/hosts/shared/path-sources.ts'
import { describeOnWindows } from '../support/on-windows.ts'

const SCANNER = fileURLToPath(new URL('../support/hold-new-files.ts', import.meta.url))
/** CreateFile without any sharing, as libuv has it. */
const ALONE = constants.O_RDONLY | 0x10000000

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'graft файлы 猫 é-'))
  onTestFinished(() => removeAll(made))
  return made
}

/** Somebody who opens each new file of the folder for a while. */
async function scan(at: string, milliseconds: number): Promise<ChildProcess> {
  const args = ['--disable-warning=ExperimentalWarning', SCANNER, at, String(milliseconds)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
  })
  await once(child.stdout, 'data')
  return child
}

const LOOP = { format: 1, step: 0, totals: [] as unknown[] } as Parameters<typeof writeCheckpoint>[1]['state']
const checkpoint = (at: string, step: number) =>
  writeCheckpoint(at, { weights: new Map(), slots: new Map(), state: { ...LOOP, step } })

describeOnWindows('while a virus scanner looks at every new file', () => {
  it('a file is replaced again and again, each time whole, and nothing is left beside it', async () => {
    const at = folder()
    await scan(at, 60)
    for (let turn = 0; turn < 15; turn++) {
      writeFileAtomic(join(at, 'settings.json'), `turn ${turn}`)
      expect(untilFree(() => readFileSync(join(at, 'settings.json'), 'utf8'))).toBe(`turn ${turn}`)
    }
    expect(readdirSync(at)).toEqual(['settings.json'])
  })

  it('checkpoints take each other’s place: the newest is whole, also when the same step is written twice', async () => {
    const at = folder()
    await scan(at, 60)
    for (const step of [1, 2, 2, 3]) {
      checkpoint(at, step).take()
      expect(newestCheckpoint(at)?.state.step).toBe(step)
    }
  })
})

describeOnWindows('a file that stays open', () => {
  it('keeps its entry in the cache, which goes the next time', () => {
    const at = folder()
    useCacheEntry(join(at, 'features', 'x'), 'x').release()
    writeFileSync(join(at, 'features', 'x', 'segment'), 'abc')
    const held = openSync(join(at, 'features', 'x', 'segment'), ALONE)
    evictCacheEntries(at, 0)
    closeSync(held)
    evictCacheEntries(at, 0)
    expect(listCacheEntries(at)).toEqual([])
    expect(readdirSync(join(at, 'features'))).toEqual([])
  })

  it('of an old checkpoint does not keep the new one from being taken', () => {
    const at = folder()
    checkpoint(at, 1).take()
    const held = openSync(join(at, 'step-1', 'state.json'), ALONE)
    checkpoint(at, 2).take()
    expect(newestCheckpoint(at)?.state.step).toBe(2)
    closeSync(held)
    checkpoint(at, 3).take()
    expect(readdirSync(at)).toEqual(['step-3'])
  })

  it('refuses to be renamed over: the rule that is tried again is the system’s', () => {
    const at = folder()
    for (const name of ['old', 'new']) writeFileSync(join(at, name), name)
    const held = openSync(join(at, 'old'), ALONE)
    expect(() => renameSync(join(at, 'new'), join(at, 'old'))).toThrow(/EBUSY|EPERM|EACCES/)
    closeSync(held)
  })
})

describeOnWindows('what Windows says of files', () => {
  it('a read-only file and a folder with one are replaced and removed', () => {
    const at = folder()
    writeFileAtomic(join(at, 'a'), 'old')
    chmodSync(join(at, 'a'), 0o444)
    writeFileAtomic(join(at, 'a'), 'new')
    expect(readFileSync(join(at, 'a'), 'utf8')).toBe('new')
    mkdirSync(join(at, 'b'))
    writeFileSync(join(at, 'b', 'c'), '')
    execFileSync('cmd', ['/c', 'attrib', '+R', join(at, 'b', 'c')])
    expect(statSync(join(at, 'b', 'c')).mode & 0o200).toBe(0)
    removeAll(join(at, 'b'))
    expect(existsSync(join(at, 'b'))).toBe(false)
  })

  it('names that differ by case only are one file, and one path', () => {
    const at = folder()
    writeFileSync(join(at, 'Größe.txt'), 'a')
    expect(readFileSync(join(at, 'GRÖSSE.TXT'.replace('SS', 'ß')), 'utf8')).toBe('a')
    expect(isSamePath(join(at, 'A'), join(at, 'a'))).toBe(true)
    expect(isBelow(at.toUpperCase(), join(at, 'x'))).toBe(true)
  })

  it('names of devices, and such as end with a dot or a space, are refused before anything is made', () => {
    const at = folder()
    for (const name of ['CON', 'nul.txt', 'com1', 'a.', 'a ', 'a.png:stream']) {
      expect(() => pathSources.destination(join(at, name))).toThrow('Expected names that this system can keep.')
    }
    expect(readdirSync(at)).toEqual([])
  })

  it('a file on another drive is no part of a folder here, and is found', () => {
    expect(isBelow('C:\\', 'Z:\\')).toBe(false)
    const here = fileURLToPath(import.meta.url)
    expect(pathSources.resolve(here.replaceAll('\\', '/'))).toBe(here)
  })

  it('times of use are told apart by less than a second', () => {
    const at = folder()
    writeFileSync(join(at, 'a'), '')
    utimesSync(join(at, 'a'), 1.7e9 + 0.25, 1.7e9 + 0.25)
    expect(statSync(join(at, 'a')).mtimeMs).toBe(1.7e12 + 250)
  })

  it('a link to a folder is removed, never what it leads to', (context) => {
    const at = folder()
    mkdirSync(join(at, 'kept'))
    writeFileSync(join(at, 'kept', 'file'), 'kept')
    try {
      symlinkSync(join(at, 'kept'), join(at, 'link'), 'junction')
    } catch (error) {
      context.skip(`this system makes no junctions: ${String(error)}`)
    }
    removeAll(join(at, 'link'))
    expect(readFileSync(join(at, 'kept', 'file'), 'utf8')).toBe('kept')
  })
})
