import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tf, Variable } from '../lab.ts'
import { float32Tensor, readAllFloat32, writeSafetensors } from '../weights/safetensors.ts'
import type { LoopState } from './loop-state.ts'

/** What a checkpoint holds in tensors, by name. Frozen weights are not among them: they come from the base. */
export type NamedVariables = ReadonlyMap<string, Variable>

/** Writes `<folder>/step-<n>/{weights,slots}.safetensors + state.json` beside its place and renames it, then removes older
 *  ones: whoever dies in between leaves the older checkpoint whole. Returns the new folder's path. */
export function writeCheckpoint(
  folder: string,
  parts: { weights: NamedVariables; slots: NamedVariables; state: LoopState },
): string {
  const name = `step-${parts.state.step}`
  const partial = join(folder, `${name}.partial`)
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial)
  writeVariables(join(partial, 'weights.safetensors'), parts.weights)
  writeVariables(join(partial, 'slots.safetensors'), parts.slots)
  writeFileSync(join(partial, 'state.json'), JSON.stringify(parts.state), { flush: true })
  const path = join(folder, name)
  // The same step again (a pause right after an epoch): the older one goes first, its twin is complete by now.
  rmSync(path, { recursive: true, force: true })
  renameSync(partial, path)
  for (const older of stepFolders(folder)) {
    if (older !== name) rmSync(join(folder, older), { recursive: true, force: true })
  }
  return path
}

/** The newest whole checkpoint, or null. One whose replacement was cut short between two renames is found by its
 *  finished `.partial` twin. */
export function newestCheckpoint(folder: string): { path: string; state: LoopState } | null {
  if (!existsSync(folder)) return null
  for (const name of stepFolders(folder).reverse()) {
    const path = join(folder, name)
    const state = readState(join(path, 'state.json'))
    if (state !== null) return { path, state }
  }
  return null
}

function readState(path: string): LoopState | null {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as LoopState
    return state.format === 1 ? state : null
  } catch {
    return null
  }
}

/** `step-<n>` and `step-<n>.partial`, by n, finished ones last among equals. */
function stepFolders(folder: string): string[] {
  const steps = readdirSync(folder).filter((name) => /^step-\d+(\.partial)?$/.test(name))
  const key = (name: string) => Number(/\d+/.exec(name)![0]) * 2 + (name.endsWith('.partial') ? 0 : 1)
  return steps.sort((a, b) => key(a) - key(b))
}

/** Loads saved values into variables of the same names. Throws E_MODEL_WEIGHTS when one is missing. */
export function readVariables(tf: Tf, path: string, variables: NamedVariables): void {
  const saved = readAllFloat32(path)
  for (const [name, variable] of variables) {
    const entry = saved.get(name)
    if (entry === undefined) throw new Error(`The checkpoint ${path} lacks ${name}`)
    tf.tidy(() => variable.assign(tf.tensor(entry.values, variable.shape)))
  }
}

export function writeVariables(path: string, variables: NamedVariables): void {
  const tensors = [...variables].map(([name, v]) => float32Tensor(name, v.shape, v.dataSync<'float32'>()))
  writeSafetensors(path, tensors)
}
