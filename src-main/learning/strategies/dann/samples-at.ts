import { inferNetwork } from '../../network/infer.ts'
import type { Samples, TrainingData } from '../../engine/data/training-data.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'

/** Features of a further dataset that are held in memory. */
const MOST_BYTES = 2 ** 30

/** Some rows of a further dataset as the layers behind a cut take them, so that both datasets skip the part that stands still. `layer`
 *  is null where nothing is skipped: there is no such part, images change from step to step, or it would take too much memory. */
export async function samplesAt(
  run: StagedRun,
  learner: Learner,
  { data, rows, cut, stage }: { data: TrainingData; rows: readonly number[]; cut: string | null; stage: string },
): Promise<Samples> {
  const shape = cut === null ? null : inferNetwork(learner.model.network).shapes.get(cut)!
  if (cut === null || shape === null || !canSkip(data, rows, shape)) return data.samples
  const [values] = await run.outputs(learner, rows, { data, layers: [cut], stage })
  const length = values!.length / rows.length
  const places = new Map(rows.map((row, place) => [row, place]))
  return {
    shape,
    layer: cut,
    storage: 'float32',
    normalisation: null,
    changes: null,
    held: null,
    load(wanted) {
      const loaded = new Float32Array(wanted.length * length)
      for (const [i, row] of wanted.entries()) {
        const place = places.get(row)!
        loaded.set(values!.subarray(place * length, (place + 1) * length), i * length)
      }
      return loaded
    },
  }
}

function canSkip({ samples }: TrainingData, rows: readonly number[], shape: readonly number[]): boolean {
  const bytes = 4 * rows.length * shape.reduce((total, value) => total * value, 1)
  return samples.changes === null && bytes <= MOST_BYTES
}
