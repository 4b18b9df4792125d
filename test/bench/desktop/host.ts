import { spawn } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Electron from 'electron'
import sharp from 'sharp'
import { startDesktop } from '../../support/desktop-app.ts'
import { type StagedApp, writableFolder } from '../../support/stage-electron.ts'
import { type Figure, figure, middle } from './figures.ts'

const KINDS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const
const TIMES = 200
const ROUNDS = 5

interface Child {
  /** Milliseconds from the start of the process to its first message. */
  readonly startMs: number
  /** Null: it died or failed, and `end` says how. */
  readonly perSecond: number | null
  readonly end: string
}

/** What runs the trainer (docs/adr/0013-trainer-in-node.md): pictures decoded in Electron's utility process and in the Node
 *  beside it, in turn. */
export async function benchHost(stage: StagedApp, display: string): Promise<Figure[]> {
  const folder = writableFolder(stage, 'bench-host')
  const script = join(folder, 'decode-child.cjs')
  cpSync(join(import.meta.dirname, 'decode-child.cjs'), script)
  const desktop = await startDesktop(stage, display)
  const sharpFolder = join(stage.app, 'node_modules/sharp')
  const node = join(stage.app, 'node_modules/.bin/node')
  const all: Record<'utility' | 'node', { kind: string; child: Child }[]> = { utility: [], node: [] }
  try {
    for (const kind of KINDS) {
      const file = await picture(folder, kind)
      for (let round = 0; round < ROUNDS; round++) {
        const args = [sharpFolder, file, String(TIMES)]
        all.utility.push({ kind, child: await desktop.app.evaluate(inUtility, { script, args }) })
        all.node.push({ kind, child: await inNode(node, script, args) })
      }
    }
  } finally {
    await desktop.close()
  }
  return KINDS.flatMap((kind) => compare(kind, all.utility, all.node)).concat(starts(all.utility, all.node))
}

async function picture(folder: string, kind: (typeof KINDS)[number]): Promise<string> {
  const [width, height] = [640, 480]
  const pixels = new Uint8Array(width * height * 3).map((_, i) => (i * 7 + (i >> 9) * 31) % 251)
  const file = join(folder, `picture.${kind}`)
  writeFileSync(
    file,
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .toFormat(kind)
      .toBuffer(),
  )
  return file
}

/** Runs in Electron's main process. */
async function inUtility(
  { utilityProcess }: typeof Electron,
  { script, args }: { script: string; args: string[] },
): Promise<Child> {
  return new Promise((resolve) => {
    const from = performance.now()
    let startMs = Number.NaN
    let perSecond: number | null = null
    let end = ''
    const child = utilityProcess.fork(script, args, { stdio: 'pipe' })
    child.stderr?.on('data', (chunk: Buffer) => (end += chunk.toString()))
    child.on('message', (message: { type: string; perSecond?: number; message?: string }) => {
      if (message.type === 'started') startMs = performance.now() - from
      else {
        perSecond = message.perSecond ?? null
        end += message.message ?? ''
        child.postMessage('leave')
      }
    })
    child.once('exit', (code) => resolve({ startMs, perSecond, end: `${end} exit ${code}` }))
  })
}

function inNode(node: string, script: string, args: string[]): Promise<Child> {
  return new Promise((resolve) => {
    const from = performance.now()
    let startMs = Number.NaN
    let perSecond: number | null = null
    let end = ''
    const child = spawn(node, [script, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    child.stderr?.on('data', (chunk: Buffer) => (end += chunk.toString()))
    child.on('message', (message: { type: string; perSecond?: number; message?: string }) => {
      if (message.type === 'started') startMs = performance.now() - from
      else {
        perSecond = message.perSecond ?? null
        end += message.message ?? ''
        child.send('leave')
      }
    })
    child.once('exit', (code) => resolve({ startMs, perSecond, end: `${end} exit ${code}` }))
  })
}

type Measured = readonly { readonly kind: string; readonly child: Child }[]

function compare(kind: string, utility: Measured, node: Measured): Figure[] {
  const of = (all: Measured) => all.filter((one) => one.kind === kind).map(({ child }) => child)
  const text = (children: Child[]): string => {
    const lost = children.filter(({ perSecond }) => perSecond === null)
    return `${children.length - lost.length} of ${children.length} ended well${lost.length > 0 ? `: ${lost[0]?.end.trim().slice(0, 200)}` : ''}`
  }
  const speed = (children: Child[]) => middle(children.flatMap(({ perSecond }) => perSecond ?? []))
  return [
    figure(`${kind} in the utility process`, speed(of(utility)), 'items/s', null, text(of(utility))),
    figure(`${kind} in Node`, speed(of(node)), 'items/s', null, text(of(node))),
  ]
}

function starts(utility: Measured, node: Measured): Figure[] {
  const start = (all: Measured) => middle(all.map(({ child }) => child.startMs))
  return [figure('start of the utility process', start(utility), 'ms'), figure('start of Node', start(node), 'ms')]
}
