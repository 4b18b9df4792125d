import type { PrefixPrecision } from '../../../contract/prefix-precision.ts'
import { frozenPart } from '../features/frozen-part.ts'
import type { PrepareParts } from '../features/prepare-features.ts'
import { medianMs } from '../model/measure-inference.ts'

/** As a run computes features. */
const BATCH = 32
/** Longer adds nothing to the figure. */
const MOST_MS = 5000

/** Rows a second of the frozen part up to `layer`, from stored samples to features: median of some batches of 32, reading and decoding apart. null:
 *  interrupted. */
export async function frozenSpeed(
  parts: PrepareParts,
  { precision, layer, rows }: { precision: PrefixPrecision; layer: string; rows: readonly number[] },
): Promise<number | null> {
  const batch = Array.from({ length: BATCH }, (_, i) => rows[i % rows.length]!)
  const values = await parts.data.samples.load(batch, null)
  const part = await frozenPart(parts, { layer, precision }, { send: () => undefined })
  if (part === null) return null
  const prefix = part.start()
  try {
    return (1000 * BATCH) / medianMs(parts.runtime, () => prefix.run(values), MOST_MS)
  } finally {
    prefix.dispose()
  }
}
