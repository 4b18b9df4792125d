import type { SeededRandom } from '../../../base/seeded-random.ts'
import type { LabelledRows } from './best-split.ts'
import type { GrowHooks } from './grow-tree.ts'
import { type SmearSource, smearRows } from './smear.ts'

/** Classes of rows (n * width) as the teacher sees them. */
export type Labeller = (x: Float32Array) => Promise<Int32Array>

export interface ManufactureOptions {
  readonly source: SmearSource
  readonly label: Labeller
  readonly random: SeededRandom
  /** A node that has fewer rows than this is given more of them before it is split. */
  readonly rowsPerNode: number
}

/** Draws for one row of a node; a node that is reached more rarely stays as it is. */
const TRIES_PER_ROW = 100

/** Rows made by smearing and labelled by the teacher: a first lot, fresh ones to prune with, and further ones for each node while the tree
 *  grows ("keep generating until there are n_min"; Breiman, Shang, "Born Again Trees", 1996). */
export function createManufacture({ source, label, random, rowsPerNode }: ManufactureOptions) {
  const labelled = async (x: Float32Array): Promise<LabelledRows> => ({ width: source.width, x, y: await label(x) })
  const make = (count: number) => labelled(smearRows(source, random, { count, path: [], tries: count }))
  const more: GrowHooks['more'] = async (path, have) => {
    const count = rowsPerNode - have
    if (count <= 0 || path.length === 0) return null
    const x = smearRows(source, random, { count, path, tries: count * TRIES_PER_ROW })
    return x.length === 0 ? null : labelled(x)
  }
  return { make, more }
}

/** How far manufactured rows leave the data: the share of them that is further from its nearest real row than 99 % of the real rows are from
 *  theirs. Distances are those of standardised coordinates; `real` and `made` are samples, since all pairs are looked at. */
export function outOfDomainShare(real: Float32Array, made: Float32Array, width: number): number {
  const scale = spreads(real, width)
  const [realCount, madeCount] = [real.length / width, made.length / width]
  if (realCount < 2 || madeCount === 0) return 0
  const own = Float64Array.from({ length: realCount }, (_, i) =>
    nearest(real, i, { real, width, scale, except: i }),
  ).sort()
  const limit = own[Math.min(realCount - 1, Math.floor(0.99 * realCount))]!
  let outside = 0
  for (let i = 0; i < madeCount; i++) {
    if (nearest(made, i, { real, width, scale, except: -1 }) > limit) outside += 1
  }
  return outside / madeCount
}

function nearest(
  x: Float32Array,
  row: number,
  { real, width, scale, except }: { real: Float32Array; width: number; scale: Float64Array; except: number },
): number {
  let best = Infinity
  for (let other = 0; other < real.length / width; other++) {
    if (other === except) continue
    let sum = 0
    for (let i = 0; i < width && sum < best; i++) {
      sum += ((x[row * width + i]! - real[other * width + i]!) * scale[i]!) ** 2
    }
    best = Math.min(best, sum)
  }
  return best
}

/** One over the standard deviation of each coordinate; 0 for a constant one. */
function spreads(x: Float32Array, width: number): Float64Array {
  const count = x.length / width
  return Float64Array.from({ length: width }, (_, i) => {
    let [sum, squares] = [0, 0]
    for (let row = 0; row < count; row++) sum += x[row * width + i]!
    const mean = sum / count
    for (let row = 0; row < count; row++) squares += (x[row * width + i]! - mean) ** 2
    return squares > 0 ? 1 / Math.sqrt(squares / count) : 0
  })
}
