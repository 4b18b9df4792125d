import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { SetupContext } from '../../build/setup/context.mjs'
import { serveFile, type FileServer } from './file-server.ts'
import { makeZip, sha256, type ZipEntry } from './make-zip.ts'
import { machine, writeFiles } from './support.ts'

export const VERSION = '45.4.1'
export const ZIP_NAME = `electron-v${VERSION}-linux-x64.zip`

/** What Electron's zip for Linux holds, small; its libraries do not compress. */
export const ELECTRON: Record<string, ZipEntry> = {
  electron: { text: '#!/bin/sh\necho window\n', mode: 0o755 },
  'chrome-sandbox': { text: 'helper', mode: 0o4755 },
  'libffmpeg.so': { text: randomBytes(400_000) },
  'resources/': {},
  'empty.pak': { text: '' },
  version: { text: VERSION },
}

export interface Checkout {
  machine: ReturnType<typeof machine>
  server: FileServer
  zip: Buffer
  /** Folder of the unpacked Electron. */
  dist: string
  /** Where the cache of the user has the zip. */
  cached: string
}

interface Wishes {
  entries?: Record<string, ZipEntry>
  zip?: Buffer
  overrides?: Partial<SetupContext>
}

/** A checkout with Electron's package but without its binary, and a mirror that serves the binary's zip. */
export async function electronCheckout({
  entries = ELECTRON,
  zip = makeZip(entries),
  overrides = {},
}: Wishes = {}): Promise<Checkout> {
  const m = machine(overrides)
  const server = await serveFile(zip)
  Object.assign(m.env, { DISPLAY: ':0', ELECTRON_MIRROR: server.url })
  const name = `electron-v${VERSION}-${m.platform}-${m.arch}.zip`
  writePackage(m.root, { [name]: sha256(zip) })
  const dist = join(m.root, 'node_modules/electron/dist')
  return { machine: m, server, zip, dist, cached: join(m.cacheDir, 'electron', name) }
}

export function writePackage(root: string, checksums: Record<string, string>): void {
  writeFiles(root, {
    'node_modules/electron/package.json': JSON.stringify({ version: VERSION }),
    'node_modules/electron/checksums.json': JSON.stringify(checksums),
  })
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true })
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'))
}

/** What is left in the checkout's Electron package and in the cache, by name. */
export function leftOvers({ machine: m, cached }: Checkout): string[] {
  const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])
  const own = names(join(m.root, 'node_modules/electron')).filter((name) => !name.endsWith('.json'))
  return [...own, ...names(join(cached, '..'))].sort()
}

export function text(path: string): string {
  return readFileSync(path, 'utf8')
}
