import type { Samples, TrainingData } from '../../engine/data/training-data.ts'

/** Features of some rows as a learner's data: the network's input is the features themselves, and nothing is augmented.
 *  @param values (rows.length, ...shape), row by row
 *  @param place which head the data is for */
export function featureData(
  data: TrainingData,
  {
    rows,
    values,
    shape,
    place,
  }: { rows: readonly number[]; values: Float32Array; shape: readonly number[]; place: number },
): TrainingData {
  const length = shape.reduce((a, b) => a * b, 1)
  const at = new Map(rows.map((row, i) => [row, i]))
  const load = (wanted: readonly number[]): Float32Array => {
    const result = new Float32Array(wanted.length * length)
    wanted.forEach((row, i) => {
      const from = at.get(row)! * length
      result.set(values.subarray(from, from + length), i * length)
    })
    return result
  }
  const samples: Samples = {
    shape,
    layer: null,
    storage: 'float32',
    normalisation: null,
    load,
    changes: null,
    held: null,
  }
  const within = (all: readonly number[]) => all.filter((row) => at.has(row))
  return {
    ...data,
    samples,
    targets: [data.targets[place]!],
    hiddenTargets: null,
    rows: { train: within(data.rows.train), validation: within(data.rows.validation), test: within(data.rows.test) },
    unlabelled: [],
    copies: null,
  }
}
