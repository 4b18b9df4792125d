import { availableParallelism } from 'node:os'
import type { FrozenNative } from '../../frozen-native.ts'
import { encodeFrozen } from './encode-frozen.ts'
import type { FrozenProgram } from './frozen-program.ts'
import type { DrawnLook, Lookout, Seen } from './looks.ts'

/** By Graft's own kernels: nothing but what is looked at is copied out of a network. */
export function lookNatively(native: FrozenNative, program: FrozenProgram): Lookout {
  const handle = native.load(encodeFrozen(program))
  const [, ...tensors] = program.tensors
  const { height, width, channels } = program.tensors[program.steps.at(-1)!.output]!
  const output = height * width * channels
  const places = new Map(program.tensors.map(({ name }, place) => [name, place]))
  /** Where a tensor's channels begin in what is written of an image, by its place. */
  const starts = [0]
  for (const each of tensors) starts.push(starts.at(-1)! + 3 * each.channels)
  return {
    see(values, drawn) {
      const rows = drawn[0]!.images
      const picks = picksOf(drawn, places)
      const of = { rows, picks, places: placesByImage(rows, picks) }
      const picked = new Float32Array(rows * sum(picks.map(({ count, length }) => count * length)))
      const seen = new Float32Array(rows * starts.at(-1)!)
      const words = Int32Array.from(picks.flatMap(({ tensor, count, length }) => [tensor, count, length]))
      native.runWatched(handle, values, rows, new Float32Array(rows * output), availableParallelism(), {
        picks: words,
        places: of.places,
        picked,
        channels: seen,
      })
      const arrays = arraysOf(of, picked)
      return drawn.map((look) => {
        const [samples, ...windows] = picks.flatMap((pick, i) => (pick.look === look ? [arrays[i]!] : [])) as [Float32Array, ...Float32Array[]] // prettier-ignore
        const place = places.get(look.name)!
        return { images: rows, samples, windows, ...joined(seen, rows, starts[place - 1]!, look.shape.channels) }
      })
    },
    dispose: () => native.release(handle),
  }
}

interface Pick {
  readonly look: DrawnLook
  readonly tensor: number
  /** Of an image. */
  readonly count: number
  readonly length: number
  /** Of all images. */
  readonly drawn: Int32Array
}

function picksOf(looks: readonly DrawnLook[], places: ReadonlyMap<string, number>): Pick[] {
  return looks.flatMap((look) => {
    const shared = { look, tensor: places.get(look.name)! }
    const pick = (drawn: Int32Array, length: number) => ({ ...shared, count: drawn.length / look.images, length, drawn }) // prettier-ignore
    return [pick(look.samples, 1), ...look.pixels.map((drawn) => pick(drawn, look.shape.channels))]
  })
}

/** All of an image, then all of the next. */
function placesByImage(rows: number, picks: readonly Pick[]): Int32Array {
  const places = new Int32Array(rows * sum(picks.map(({ count }) => count)))
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (const { count, drawn } of picks) {
      places.set(drawn.subarray(row * count, (row + 1) * count), at)
      at += count
    }
  }
  return places
}

/** By pick, all images one after the other. */
function arraysOf({ rows, picks }: { rows: number; picks: readonly Pick[] }, picked: Float32Array): Float32Array[] {
  const arrays = picks.map(({ count, length }) => new Float32Array(rows * count * length))
  let at = 0
  for (let row = 0; row < rows; row++) {
    picks.forEach(({ count, length }, i) => {
      const size = count * length
      arrays[i]!.set(picked.subarray(at, at + size), row * size)
      at += size
    })
  }
  return arrays
}

/** What was seen of a value's channels in each image, over all images. */
function joined(seen: Float32Array, rows: number, start: number, channels: number): Omit<Seen, 'images' | 'samples' | 'windows'> { // prettier-ignore
  const perImage = seen.length / rows
  const [lows, highs] = [new Float32Array(channels).fill(Infinity), new Float32Array(channels).fill(-Infinity)]
  const sums = new Float64Array(channels)
  for (let row = 0; row < rows; row++) {
    const from = row * perImage + start
    for (let c = 0; c < channels; c++) {
      lows[c] = Math.min(lows[c]!, seen[from + c]!)
      highs[c] = Math.max(highs[c]!, seen[from + channels + c]!)
      sums[c]! += seen[from + 2 * channels + c]!
    }
  }
  return { lows, highs, means: Float32Array.from(sums, (value) => value / rows) }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
