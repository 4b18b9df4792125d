import type { FrozenNative } from '../../frozen-native.ts'
import { encodeFrozen } from './encode-frozen.ts'
import type { FrozenProgram } from './frozen-program.ts'
import type { DrawnLook, Lookout, Seen } from './looks.ts'

/** By Graft's own kernels: nothing but what is looked at is copied out of a network. */
export function lookNatively(native: FrozenNative, program: FrozenProgram, threads: number): Lookout {
  const handle = native.load(encodeFrozen(program))
  const { height, width, channels } = program.tensors[program.steps.at(-1)!.output]!
  const places = new Map(program.tensors.map(({ name }, place) => [name, place]))
  /** Where a tensor's channels begin in what is written of an image, by its place; the first tensor has none. */
  const starts = [0, 0]
  for (const tensor of program.tensors.slice(1)) starts.push(starts.at(-1)! + 3 * tensor.channels)
  const [output, picked, seen] = [reused(), reused(), reused()]
  return {
    see(values, drawn) {
      const rows = drawn[0]!.images
      const picks = picksOf(drawn, places)
      const ends = seen(rows * starts.at(-1)!)
      const numbers = picked(sum(picks.map(({ drawn: all, length }) => all.length * length)))
      native.runWatched(handle, values, rows, output(rows * height * width * channels), threads, {
        picks: Int32Array.from(picks.flatMap((each) => [each.tensor, each.drawn.length / rows, each.length])),
        places: joined(picks.map((each) => each.drawn)),
        picked: numbers,
        channels: ends,
      })
      let at = 0
      const next = (drawnPlaces: Int32Array, length: number) =>
        numbers.subarray(at, (at += drawnPlaces.length * length))
      return drawn.map(({ name, shape, samples, pixels }) => ({
        images: rows,
        samples: next(samples, 1),
        windows: pixels.map((each) => next(each, shape.channels)),
        ...overImages(ends, rows, starts[places.get(name)!]!, shape.channels),
      }))
    },
    dispose: () => native.release(handle),
  }
}

/** An array of the size that is asked for, in memory that is used again. */
function reused(): (length: number) => Float32Array {
  let held = new Float32Array()
  return (length) => {
    if (held.length < length) held = new Float32Array(length)
    return held.subarray(0, length)
  }
}

function picksOf(looks: readonly DrawnLook[], places: ReadonlyMap<string, number>) {
  return looks.flatMap(({ name, shape, samples, pixels }) => {
    const tensor = places.get(name)!
    return [{ tensor, drawn: samples, length: 1 }, ...pixels.map((drawn) => ({ tensor, drawn, length: shape.channels }))] // prettier-ignore
  })
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(sum(parts.map(({ length }) => length)))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** What was seen of a value's channels in each image, over all images. */
function overImages(
  ends: Float32Array,
  rows: number,
  start: number,
  channels: number,
): Pick<Seen, 'lows' | 'highs' | 'means'> {
  const perImage = ends.length / rows
  const [lows, highs] = [new Float32Array(channels).fill(Infinity), new Float32Array(channels).fill(-Infinity)]
  const sums = new Float64Array(channels)
  for (let row = 0; row < rows; row++) {
    const from = row * perImage + start
    for (let c = 0; c < channels; c++) {
      lows[c] = Math.min(lows[c]!, ends[from + c]!)
      highs[c] = Math.max(highs[c]!, ends[from + channels + c]!)
      sums[c]! += ends[from + 2 * channels + c]!
    }
  }
  return { lows, highs, means: Float32Array.from(sums, (value) => value / rows) }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
