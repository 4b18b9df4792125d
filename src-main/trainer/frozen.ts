import { createRequire } from 'node:module'
import { maskedCpuFlags } from '../base/cpu-features.ts'
import { frozenAddon } from '../base/frozen-addon.ts'
import type { DecodeJpeg } from '../data/decode-apart.ts'
import type { Resample } from '../data/resize-apart.ts'
import { frozenSizes, type FrozenSizes } from '../learning/engine/frozen/frozen-sizes.ts'
import type { FrozenKernels, FrozenNative, WatchedRun } from '../learning/frozen-native.ts'
import type { Runtime } from '../learning/runtime.ts'

/** build/addon/module.cc. The flags are those of the processor that it is to do without. */
interface FrozenModule {
  kernels(withoutFlags: readonly string[]): FrozenKernels
  load(program: Uint8Array, withoutFlags: readonly string[]): number
  run(...run: RunArguments): void
  runAsync(...run: RunArguments): Promise<void>
  runWatched(...run: [...RunArguments, ...arrays: WatchedArrays]): void
  addProducts(windows: Float32Array, inputs: number, sets: number, sums: Float32Array, threads: number): void
  release(handle: number): void
  profile(handle: number): number[]
  resample: Resample
  /** Absent where the processor lacks its instructions. */
  decodeJpeg?: DecodeJpeg
}

type RunArguments = Parameters<FrozenNative['run']>
type WatchedArrays = [picks: Int32Array, places: Int32Array, picked: Float32Array, channels: Float32Array]

/** Graft's native kernels, of which measurements also ask how long each step took, in microseconds of all threads, since the last time they asked (from the first time on). */
export interface ProfiledFrozen extends FrozenNative {
  profile(handle: number): number[]
}

interface Loaded extends Pick<Runtime, 'frozenAbsence'> {
  readonly frozen?: ProfiledFrozen
  /** How pictures are resized (data/resize-apart.ts); absent with the kernels. */
  readonly resample?: Resample
  /** How common JPEGs are decoded (data/decode-apart.ts). */
  readonly decodeJpeg?: DecodeJpeg
}

let known: Loaded = {}
let asked: string | null = null

/** Loads Graft's native kernels: the only place that does. What cannot be loaded is absent, with its reason. */
export function loadFrozen(): Loaded {
  const question = JSON.stringify([process.env['GRAFT_FROZEN'], maskedCpuFlags()])
  if (question !== asked) known = load(maskedCpuFlags())
  asked = question
  return known
}

function load(without: readonly string[]): Loaded {
  const addon = frozenAddon()
  if (addon.absence !== null) return { frozenAbsence: addon.absence }
  try {
    const module = createRequire(import.meta.url)(addon.path) as FrozenModule
    return { frozen: checked(module, without), ...picturesOf(module) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { frozenAbsence: `Graft’s native kernels cannot be loaded (${reason})` }
  }
}

function picturesOf({ resample, decodeJpeg }: FrozenModule): Pick<Loaded, 'resample' | 'decodeJpeg'> {
  return decodeJpeg === undefined ? { resample } : { resample, decodeJpeg }
}

/** Sizes are looked at here, so that an array of the wrong length never comes near the kernels; they look once more. */
function checked(native: FrozenModule, without: readonly string[]): ProfiledFrozen {
  const loaded = new Map<number, FrozenSizes>()
  const check = (
    handle: number,
    input: Uint8Array | Float32Array,
    rows: number,
    output: Float32Array,
    threads: number,
  ) => {
    const sizes = loaded.get(handle)
    if (sizes === undefined) throw new Error(`Expected a program that is loaded. Received: handle ${handle}.`)
    expectCount('rows', rows)
    expectCount('threads', threads)
    const kind = input instanceof Uint8Array ? 'uint8' : 'float32'
    if (kind !== sizes.takes) throw new Error(`Expected ${sizes.takes} inputs. Received: ${kind}.`)
    expectLength('inputs', rows * sizes.inputs, input)
    expectLength('outputs', rows * sizes.outputs, output)
  }
  return {
    kernels: native.kernels(without),
    load(program) {
      const handle = native.load(program, without)
      loaded.set(handle, frozenSizes(program))
      return handle
    },
    run(...run) {
      check(...run)
      native.run(...run)
    },
    async runAsync(...run) {
      check(...run)
      await native.runAsync(...run)
    },
    runWatched(handle, input, rows, output, threads, { picks, places, picked, channels }: WatchedRun) {
      check(handle, input, rows, output, threads)
      native.runWatched(handle, input, rows, output, threads, picks, places, picked, channels)
    },
    addProducts: (windows, inputs, sets, sums, threads) => native.addProducts(windows, inputs, sets, sums, threads),
    release(handle) {
      if (loaded.delete(handle)) native.release(handle)
    },
    profile: (handle) => native.profile(handle),
  }
}

function expectCount(name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new Error(`Expected one or more ${name}. Received: ${count}.`)
}

function expectLength(name: string, length: number, { length: received }: { readonly length: number }): void {
  if (received !== length) throw new Error(`Expected ${length} ${name}. Received: ${received}.`)
}
