import type { OperationGraph } from '../../operations/graph.ts'
import { operationResults } from '../../operations/run.ts'
import type { Tensor, Tf } from '../../runtime.ts'
import { readValues } from '../../ops/read-values.ts'
import { samplesTensor, toInput } from '../data/feed.ts'
import type { Samples } from '../data/training-data.ts'
import type { FrozenInput } from './frozen-node.ts'
import type { DrawnLook, Lookout, Seen } from './looks.ts'

/** By TensorFlow, operation by operation: for processors, or operations, that Graft's own kernels compute no float32 on. */
export function lookByTensorflow(
  tf: Tf,
  { graph, input }: { readonly graph: OperationGraph; readonly input: FrozenInput },
  samples: Pick<Samples, 'shape' | 'storage' | 'normalisation'>,
): Lookout {
  const constants = new Map([...graph.constants.keys()].map((name) => [name, constantOf(tf, graph, name)]))
  return {
    see(values, drawn) {
      const arrays = readValues(tf, () => {
        const places = new Map(drawn.map((look) => [look.name, placesOf(tf, look)]))
        const seen = new Map<string, Tensor[]>()
        const see = (name: string, value: Tensor) => {
          const own = places.get(name)
          if (own === undefined) return
          seen.set(
            name,
            tf.tidy(() => seenOf(tf, value, own)),
          )
        }
        const x = toInput(tf, { ...samples, changes: null }, samplesTensor(tf, samples.shape, values), null)
        see(input.name, ownScale(tf, x, input))
        operationResults(tf, { graph, x, constants }, (name, value) => {
          if (name !== input.name) see(name, value)
        })
        return drawn.flatMap(({ name }) => seen.get(name)!)
      })
      return drawn.map((look) => seenIn(look, arrays.splice(0, 4 + look.windows.length)))
    },
    dispose() {
      tf.dispose([...constants.values()])
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
