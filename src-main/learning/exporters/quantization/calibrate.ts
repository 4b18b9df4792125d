import { setImmediate } from 'node:timers/promises'
import { joinRows } from '../../../base/join-rows.ts'
import { GraftError } from '../../../contract/errors.ts'
import { product } from '../../network/layers/row-parts.ts'
import type { Calibration } from '../exporter.ts'
import type { OperationGraph } from '../../operations/graph.ts'
import { runOperations } from '../../operations/run.ts'
import type { Tensor, Tf } from '../../runtime.ts'
import { metByKernels } from './correct-biases.ts'
import type { Range } from './quantization.ts'

/** Numbers of all values of a batch together: 256 MB. */
const NUMBERS_AT_ONCE = 2 ** 26

/** What was seen of the values of a graph. */
export interface SeenValues {
  /** The smallest and the largest number of each value. */
  readonly ranges: Map<string, Range>
  /** Mean of each channel, the last axis, of what kernels meet. */
  readonly means: Map<string, Float64Array>
}

/** Runs a graph over all inputs. Throws E_EXPORT_FORMAT without inputs. */
export async function calibrate(graph: OperationGraph, { tf, rows, signal }: Calibration): Promise<SeenValues> {
  if (rows.length === 0) {
    throw new GraftError(
      'E_EXPORT_FORMAT',
      'Expected items of the training split, which int8 activations are calibrated on. Received none that can be read.',
      { fix: 'Put the dataset back where it was, or choose other weights, which need no items.' },
    )
  }
  const ranges = new Map<string, Range>()
  const means = new Map<string, Float64Array>()
  const met = metByKernels(graph)
  const numbers = [...graph.shapes.values()].reduce((total, shape) => total + product(shape), 0)
  const batch = Math.max(1, Math.floor(NUMBERS_AT_ONCE / numbers))
  for (let start = 0; start < rows.length; start += batch) {
    signal.throwIfAborted()
    await setImmediate()
    const some = rows.slice(start, start + batch)
    const x = tf.tensor(joinRows(some), [some.length, ...graph.input.shape])
    runOperations(tf, graph, x, (name, value) => {
      const [min, max] = [tf.min(value).dataSync()[0]!, tf.max(value).dataSync()[0]!]
      const known = ranges.get(name) ?? { min, max }
      ranges.set(name, { min: Math.min(known.min, min), max: Math.max(known.max, max) })
      if (met.has(name)) addMeans(tf, means, { name, value, share: some.length / rows.length })
    })
    x.dispose()
  }
  return { ranges, means }
}

function addMeans(
  tf: Tf,
  means: Map<string, Float64Array>,
  { name, value, share }: { readonly name: string; readonly value: Tensor; readonly share: number },
): void {
  const others = Array.from({ length: value.rank - 1 }, (_, axis) => axis)
  const own = tf.mean(value, others).dataSync()
  const known = means.get(name) ?? new Float64Array(own.length)
  means.set(
    name,
    known.map((sum, c) => sum + own[c]! * share),
  )
}
