import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import type { PrepareParts } from '../features/prepare-features.ts'
import { createInference, valuesOf } from '../model/inference.ts'
import { medianMs } from '../model/measure-inference.ts'

/** As a run computes features. */
const BATCH = 32
/** Longer adds nothing to the figure. */
const MOST_MS = 5000

/** Rows a second of the frozen part up to `layer`, from stored samples to features: median of some batches of 32, reading and decoding apart. */
export async function frozenSpeed(
  { runtime, model, data }: PrepareParts,
  { precision, layer, rows }: { precision: PrefixPrecision; layer: string; rows: readonly number[] },
): Promise<number> {
  const batch = Array.from({ length: BATCH }, (_, i) => rows[i % rows.length]!)
  const values = await data.samples.load(batch, null)
  const network = networkUpTo(model.network, layer)
  const prefix = createInference(runtime, { network, weights: valuesOf(model), samples: data.samples, precision })
  try {
    return (1000 * BATCH) / medianMs(runtime, () => prefix.run(values), MOST_MS)
  } finally {
    prefix.dispose()
  }
}
