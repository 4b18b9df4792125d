import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeAll, removeIfFree } from '../../../base/disk/remove.ts'
import { replace } from '../../../base/disk/replace.ts'
import { untilFree } from '../../../base/disk/until-free.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { Tf, Variable } from '../../runtime.ts'
import { readTotals } from '../../metrics/head-totals.ts'
import { float32Tensor, readAllFloat32, writeSafetensors } from '../../weights/safetensors.ts'
import type { LoopState } from './loop-state.ts'

/** What a checkpoint holds in tensors, by name. Frozen weights are not among them: they come from the base. */
export type NamedVariables = ReadonlyMap<string, Variable>

export interface WrittenCheckpoint {
  /** Where it is found once it is taken. */
  readonly path: string
  /** From now on a resume goes on from it; older ones are removed. */
  take(): void
}

/**
 * Writes weights.safetensors, slots.safetensors and state.json into a folder that waits. Taken, it is `<folder>/step-<n>`; whoever
 * dies before leaves the older checkpoint whole. It may be taken only when the parent has recorded all points before it: a run
 * that went on from it would never make those again.
 */
export function writeCheckpoint(
  folder: string,
  parts: { weights: NamedVariables; slots: NamedVariables; state: LoopState },
): WrittenCheckpoint {
  const path = join(folder, `step-${parts.state.step}`)
  const waiting = freeName(`${path}.waiting`)
  mkdirSync(waiting)
  writeVariables(join(waiting, 'weights.safetensors'), parts.weights)
  writeVariables(join(waiting, 'slots.safetensors'), parts.slots)
  writeFileSync(join(waiting, 'state.json'), JSON.stringify(parts.state), { flush: true })
  return { path, take: () => take(folder, waiting, path) }
}

function take(folder: string, waiting: string, path: string): void {
  // The same step again (a pause right after an epoch): at every moment one of the two is there.
  const old = `${path}.old`
  if (existsSync(path)) {
    removeAll(old)
    replace(path, old)
  }
  replace(waiting, path)
  for (const name of stepFolders(folder)) {
    const other = join(folder, name)
    if (other !== path) removeIfFree(other)
  }
}

function freeName(start: string): string {
  let name = start
  for (let i = 1; existsSync(name); i++) name = `${start}-${i}`
  return name
}

/** The newest whole checkpoint, or null. */
export function newestCheckpoint(folder: string): { path: string; state: LoopState } | null {
  if (!existsSync(folder)) return null
  for (const name of stepFolders(folder).reverse()) {
    const path = join(folder, name)
    const state = readState(join(path, 'state.json'))
    if (state !== null) return { path, state }
  }
  return null
}

/** What a training that was killed had written and not taken. */
export function dropWaiting(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^step-\d+\.waiting/.test(name)) removeIfFree(join(folder, name))
  }
}

function readState(path: string): LoopState | null {
  try {
    // Held by a scanner it is no damaged one: the run would go on from an older checkpoint, or start anew.
    const state = JSON.parse(untilFree(() => readFileSync(path, 'utf8'))) as LoopState
    return state.format === 1 ? { ...state, totals: state.totals.map(readTotals) } : null
  } catch {
    return null
  }
}

/** `step-<n>` and what it is about to replace, `step-<n>.old`, by n, the former last among equals. */
function stepFolders(folder: string): string[] {
  const steps = readdirSync(folder).filter((name) => /^step-\d+(\.old)?$/.test(name))
  const key = (name: string) => Number(/\d+/.exec(name)![0]) * 2 + (name.endsWith('.old') ? 0 : 1)
  return steps.sort((a, b) => key(a) - key(b))
}

/** Loads saved values into variables of the same names. Throws E_MODEL_WEIGHTS when one is missing. */
export function readVariables(tf: Tf, path: string, variables: NamedVariables): void {
  const saved = readAllFloat32(path)
  for (const [name, variable] of variables) {
    const entry = saved.get(name)
    if (entry === undefined) throw lacks(path, name)
    tf.tidy(() => variable.assign(tf.tensor(entry.values, variable.shape)))
  }
}

function lacks(path: string, name: string): GraftError {
  return new GraftError(
    'E_MODEL_WEIGHTS',
    `Expected the values of ${name} in the checkpoint. Received: ${path} without them.`,
    {
      fix: 'Start the run anew: its checkpoint is damaged.',
    },
  )
}

export function writeVariables(path: string, variables: NamedVariables): void {
  const tensors = [...variables].map(([name, v]) => float32Tensor(name, v.shape, v.dataSync<'float32'>()))
  writeSafetensors(path, tensors)
}
