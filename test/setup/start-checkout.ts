import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
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
import { expect, onTestFinished, vi } from 'vitest'
import { createContext, projectRoot } from '../../build/setup/context.mjs'
import { programSources } from '../../build/setup/ensure-programs.mjs'
import { windowSources } from '../../build/setup/ensure-renderer.mjs'
import { readStamp, writeStamp } from '../../build/setup/stamp.mjs'
import { program, writeFiles } from './support.ts'

const COPIED = ['build', 'src-main', 'src-renderer', 'package.json', 'package-lock.json', 'electron.vite.config.ts']
const LINKED = ['resources']

export interface StartCheckout {
  root: string
  /** Lets the next start find neither an unpacked Electron nor a zip, and expect this version with these checksums. */
  expectElectron(version: string, checksums: Record<string, string>): void
  /** `npm start` as a terminal runs it, in a process group of its own; by whom the checkout was given to, or by us. */
  start(env: Record<string, string>, args?: string[], user?: 'owner' | 'us'): Started
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
 * A copy of this checkout whose packages are those that are installed here, without Electron and with a cache and home
 * of its own. The window is built in it by the first start, unless it is to have ours. `owner` is the user whom it is given to.
 */
export function makeStartCheckout(owner?: number, window: 'ours' | 'none' = 'none'): StartCheckout {
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
  const tensorflow = join(folder, 'tensorflow')
  pretendTensorFlow(root, tensorflow)
  if (window === 'ours') copyWindow(root)
  mkdirSync(join(folder, 'bin'))
  program(join(folder, 'bin'), 'xdg-open', `echo "$1" >> ${join(folder, 'opened')}`)
  const cache = join(folder, 'cache')
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    HOME: folder,
    GRAFT_CACHE: cache,
    GRAFT_USER_FOLDER: join(folder, 'user'),
    GRAFT_LIBTENSORFLOW: tensorflow,
  }
  if (owner !== undefined) giveTo(owner, folder)
  return {
    root,
    expectElectron: (version, checksums) => {
      for (const path of [join(electron, 'dist'), cache, join(root, '.graft/electron.json'), join(folder, 'opened')]) {
        rmSync(path, { recursive: true, force: true })
      }
      writeFileSync(join(electron, 'package.json'), JSON.stringify({ version }))
      writeFileSync(join(electron, 'checksums.json'), JSON.stringify(checksums))
    },
    start: (more, args = [], user = 'owner') =>
      start(args, {
        cwd: root,
        env: { ...env, ...more },
        ...(owner !== undefined && user === 'owner' ? { uid: owner, gid: owner } : {}),
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** No trainer runs in these tests: TensorFlow is there by its names, the addon is told to be built from them, and the kernels are ours. */
function pretendTensorFlow(root: string, folder: string): void {
  const copy = createContext({ root })
  writeFiles(folder, {
    'include/tensorflow/c/c_api.h': '',
    'lib/libtensorflow.so.2': '',
    'lib/libtensorflow.2.dylib': '',
  })
  writeStamp(copy, 'addon', { ...readStamp(createContext(), 'addon'), libraryDir: join(folder, 'lib') })
  writeStamp(copy, 'frozen', readStamp(createContext(), 'frozen'))
  writeStamp(copy, 'packages', readStamp(createContext(), 'packages'))
}

/** The programs and the window that were built here before the tests: building them takes longer than all starts that look at something else. */
function copyWindow(root: string): void {
  const copy = createContext({ root })
  cpSync(join(projectRoot, 'out'), join(root, 'out'), { recursive: true })
  writeStamp(copy, 'renderer', { sources: windowSources(copy) })
  writeStamp(copy, 'programs', { sources: programSources(copy) })
}

function giveTo(owner: number, folder: string): void {
  // Links are changed themselves: what they lead to is ours.
  execFileSync('chown', ['-hR', `${owner}:${owner}`, folder])
  const reads = spawnSync(process.execPath, ['--version'], { uid: owner, gid: owner })
  if (reads.status === 0) return
  throw new Error(
    `User ${owner} has to be able to read ${projectRoot}, to start Graft there: move the checkout, or do not test as root.`,
  )
}

function start(
  args: string[],
  options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number },
): Started {
  const child = spawn(process.execPath, ['build/run.mjs', 'start', ...args], {
    ...options,
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

/** The addresses that were opened in the browser: of each page that it was given, where that leads. */
export function opened({ root }: StartCheckout): string[] {
  const file = join(root, '../opened')
  if (!existsSync(file)) return []
  const pages = readFileSync(file, 'utf8').trim().split('\n')
  return pages.map((page) => /url=([^"]+)"/.exec(readFileSync(page, 'utf8'))?.[1] ?? page)
}

/** The browser was opened at an address that answers, and what serves it ends when it is told to. */
export async function expectBrowser(checkout: StartCheckout, started: Started): Promise<void> {
  const [, address] = await started.prints(/Graft is open at (\S+)/)
  await vi.waitFor(() => expect(opened(checkout)).toEqual([address]), { timeout: 10_000 })
  expect((await fetch(String(address))).status).toBe(200)
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(0)
}
