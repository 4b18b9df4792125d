import type { OperationGraph } from '../../operations/graph.ts'
import { operationResults } from '../../operations/run.ts'
import type { Tensor, Tf } from '../../runtime.ts'
import { readValues } from '../../ops/read-values.ts'
import { samplesTensor, toInput } from '../data/feed.ts'
import type { Samples } from '../data/training-data.ts'
import type { FrozenInput } from './frozen-node.ts'
import type { DrawnLook, Look, Lookout, Seen } from './looks.ts'

/** By TensorFlow, operation by operation: for processors, or operations, that Graft's own kernels compute no float32 on. */
export function lookByTensorflow(
  tf: Tf,
  { graph, input }: { readonly graph: OperationGraph; readonly input: FrozenInput },
  { samples, looks }: { readonly samples: Pick<Samples, 'shape' | 'storage' | 'normalisation'>; readonly looks: readonly Look[] }, // prettier-ignore
): Lookout {
  const names = [...graph.constants.keys()]
  const constants = tf.tidy(() => names.map((name) => tf.keep(constantOf(tf, graph, name))))
  const step = (x: Tensor, places: readonly Tensor[]) => {
    const known = new Map(names.map((name, i) => [name, constants[i]!]))
    const seen = new Map<string, Tensor[]>()
    const see = (name: string, value: Tensor) => {
      const at = looks.findIndex((look) => look.name === name)
      if (at === -1) return
      const before = looks.slice(0, at).reduce((total, { windows }) => total + 1 + windows.length, 0)
      seen.set(
        name,
        tf.tidy(() => seenOf(tf, value, places.slice(before, before + 1 + looks[at]!.windows.length))),
      )
    }
    const numbers = toInput(tf, { ...samples, changes: null }, x, null)
    see(input.name, ownScale(tf, numbers, input))
    operationResults(tf, { graph, x: numbers, constants: known }, (name, value) => {
      if (name !== input.name) see(name, value)
    })
    return looks.flatMap(({ name }) => seen.get(name)!)
  }
  return {
    see(values, drawn) {
      const arrays = readValues(tf, () => {
        const places = drawn.flatMap((look) => placesOf(tf, look))
        return step(samplesTensor(tf, samples.shape, values), places)
      })
      return drawn.map((look) => seenIn(look, arrays.splice(0, 4 + look.windows.length)))
    },
    dispose() {
      tf.dispose(constants)
    },
  }
}

function constantOf(tf: Tf, { constants }: OperationGraph, name: string): Tensor {
  const { shape, values } = constants.get(name)!
  return tf.tensor(values().slice(), [...shape])
}

/** What the network itself does to its input first, where that is no operation any more. */
function ownScale(tf: Tf, x: Tensor, { scale, shift }: FrozenInput): Tensor {
  const isPlain = scale.every((value) => value === 1) && shift.every((value) => value === 0)
  return isPlain ? x : tf.add(tf.mul(x, tf.tensor1d([...scale])), tf.tensor1d([...shift]))
}

function seenOf(tf: Tf, value: Tensor, [samples, ...windows]: readonly Tensor[]): Tensor[] {
  const pixels = tf.reshape(value, [-1, value.shape.at(-1)!])
  const ends = [tf.min(pixels, 0), tf.max(pixels, 0), tf.mean(pixels, 0)]
  return [tf.gather(tf.reshape(value, [-1]), samples!), ...ends, ...windows.map((each) => tf.gather(pixels, each))]
}

/** Within the whole batch. */
function placesOf(tf: Tf, { images, shape, samples, pixels }: DrawnLook): Tensor[] {
  const area = shape.height * shape.width
  const moved = (drawn: Int32Array, size: number) => {
    const count = drawn.length / images
    return tf.tensor1d(drawn.map((place, i) => Math.floor(i / count) * size + place), 'int32') // prettier-ignore
  }
  return [moved(samples, area * shape.channels), ...pixels.map((drawn) => moved(drawn, area))]
}

function seenIn({ images }: DrawnLook, [samples, lows, highs, means, ...windows]: readonly Float32Array[]): Seen {
  return { images, samples: samples!, lows: lows!, highs: highs!, means: means!, windows }
}
