import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makePhotoFolder } from '../../support/photo-folder.ts'
import { environmentOf, runProgram } from './contender.ts'
import { networkFile } from './network-file.ts'
import type { Setting } from './row.ts'

const GRAFT = fileURLToPath(new URL('../../../build/graft.mjs', import.meta.url))
/** 2,000 photographs in 8 classes. */
const PHOTOS = { perClass: 250, side: 160, size: 256, seed: 1 }
/** Epochs that a peer runs: the first, and one that counts for all that follow. */
const PEER_EPOCHS = 2

/** The folder of photographs, made once. */
export async function photos(folder: string): Promise<string> {
  const target = join(folder, 'photos')
  if (!existsSync(target)) await makePhotoFolder(target, PHOTOS)
  return target
}

export interface GraftTraining {
  /** Wall seconds of both commands, from files to a trained model. */
  readonly seconds: number
  /** Wall seconds of each epoch. */
  readonly epochs: readonly number[]
  /** Share of samples whose top-1 is that of float32; null: everything was float32. */
  readonly top1: number | null
}

/** Graft as its users have it: `graft dataset import` and `graft run` in a new workspace, with nothing cached.
 *  @param split shares of training, validation and test */
export async function trainWithGraft({ folder }: Setting, split: string, spec: object): Promise<GraftTraining> {
  const source = await photos(folder)
  const workspace = join(folder, 'workspace')
  rmSync(workspace, { recursive: true, force: true })
  mkdirSync(workspace)
  const file = join(folder, 'spec.json')
  writeFileSync(file, JSON.stringify({ dataset: 'photos', base: 'efficientnet-lite0', batchSize: 32, ...spec }))
  const from = performance.now()
  graft(['dataset', 'import', source, '--name', 'photos', '--split', split, '-w', workspace])
  const run = JSON.parse(graft(['run', file, '-w', workspace, '--json'])) as RunDocument
  const seconds = (performance.now() - from) / 1000
  return { seconds, epochs: run.epochSeconds, top1: run.cache?.agreement?.top1 ?? null }
}

interface RunDocument {
  readonly epochSeconds: number[]
  readonly cache: { readonly agreement: { readonly top1: number | null } | null } | null
}

/** Runs a command of the command line; throws where it fails. */
export function graft(args: readonly string[]): string {
  const options = { encoding: 'utf8', env: environmentOf('graft'), maxBuffer: 2 ** 26 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [GRAFT, ...args], options)
  if (status !== 0) throw new Error(`graft ${args[0]} ended with ${status}: ${stderr.slice(-500)}`)
  return stdout
}

export interface PeerTraining {
  /** Seconds before the first epoch. */
  readonly start: number
  /** Seconds of the first and of a later epoch, per way of running the same loop. */
  readonly ways: Readonly<Record<string, readonly [number, number]>>
}

/** A peer's loop over the same photographs and the same network, everything below `trainedFrom` frozen.
 *  @param ways which ways to try; empty: all */
export async function trainWithPeer(
  name: 'keras' | 'torch',
  { folder, python }: Setting,
  { trainedFrom, ways }: { trainedFrom: string; ways: readonly string[] },
): Promise<PeerTraining> {
  const network = networkFile(folder, 'efficientnet-head')
  const args = [network, await photos(folder), String(PEER_EPOCHS), trainedFrom, ...ways]
  return (await runProgram(name, [python!, `${name}_folder.py`], args)).answer as PeerTraining
}
