import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createContext, projectRoot } from '../../build/setup/context.mjs'
import { ensureTensorFlow } from '../../build/setup/ensure-tensorflow.mjs'
import { readStamp, writeStamp } from '../../build/setup/stamp.mjs'
import { program } from './support.ts'

const COPIED = ['build', 'src-main', 'src-renderer', 'package.json', 'package-lock.json', 'electron.vite.config.ts']
const LINKED = ['resources']

export interface StartCheckout {
  root: string
  /** Lets the next start find neither an unpacked Electron nor a zip, and expect the zip with this checksum. */
  forgetElectron(checksums: Record<string, string>): void
  /** `npm start` as a terminal runs it, in a process group of its own. */
  start(env: Record<string, string>, args?: string[]): Started
  remove(): void
}

export interface Started {
  child: ChildProcess
  /** Everything it has printed so far. */
  said(): string
  ended: Promise<number>
  /** What Ctrl-C does: the whole group hears it. */
  interrupt(): void
  /** Waits until it has printed this. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
}

/**
 * A copy of this checkout whose packages and TensorFlow are those that are installed here, without Electron and with a
 * cache and home of its own. The window is built in it by the first start.
 */
export async function makeStartCheckout(): Promise<StartCheckout> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-start-'))
  const root = join(folder, 'checkout')
  for (const name of COPIED) cpSync(join(projectRoot, name), join(root, name), { recursive: true })
  for (const name of LINKED) symlinkSync(join(projectRoot, name), join(root, name))
  mkdirSync(join(root, 'node_modules'))
  for (const name of readdirSync(join(projectRoot, 'node_modules'))) {
    if (name !== 'electron') symlinkSync(join(projectRoot, 'node_modules', name), join(root, 'node_modules', name))
  }
  const electron = join(root, 'node_modules/electron')
  mkdirSync(electron)
  cpSync(join(projectRoot, 'node_modules/electron/package.json'), join(electron, 'package.json'))
  const own = await shareTensorFlow(root)
  mkdirSync(join(folder, 'bin'))
  program(join(folder, 'bin'), 'xdg-open', `echo "$1" >> ${join(folder, 'opened')}`)
  const cache = join(folder, 'cache')
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    HOME: folder,
    GRAFT_CACHE: cache,
    GRAFT_USER_FOLDER: join(folder, 'user'),
    GRAFT_LIBTENSORFLOW: own,
  }
  return {
    root,
    forgetElectron: (checksums) => {
      for (const path of [join(electron, 'dist'), cache, join(root, '.graft/electron.json'), join(folder, 'opened')]) {
        rmSync(path, { recursive: true, force: true })
      }
      writeFileSync(join(electron, 'checksums.json'), JSON.stringify(checksums))
    },
    start: (more, args = []) => start(root, { ...env, ...more }, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The addon that is built here serves the copy too, so the copy is told what it was built from. */
async function shareTensorFlow(root: string): Promise<string> {
  const here = createContext()
  const tensorflow = await ensureTensorFlow(here)
  const copy = createContext({ root })
  writeStamp(copy, 'addon', readStamp(here, 'addon'))
  writeStamp(copy, 'packages', readStamp(here, 'packages'))
  return tensorflow.folder
}

function start(cwd: string, env: Record<string, string>, args: string[]): Started {
  const child = spawn(process.execPath, ['build/run.mjs', 'start', ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => Number(code))
  const group = -Number(child.pid)
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(group, 'SIGKILL')
    await ended
  })
  return {
    child,
    said: () => text,
    ended,
    interrupt: () => void process.kill(group, 'SIGINT'),
    prints: async (pattern) => {
      for (
        const until = Date.now() + 60_000;
        Date.now() < until;
        await new Promise((resolve) => setTimeout(resolve, 50))
      ) {
        const found = pattern.exec(text)
        if (found) return found
        if (child.exitCode !== null) break
      }
      throw new Error(`npm start did not print ${pattern}, but:\n${text}`)
    },
  }
}

/** The addresses that were opened in the browser. */
export function opened({ root }: StartCheckout): string[] {
  const file = join(root, '../opened')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}
