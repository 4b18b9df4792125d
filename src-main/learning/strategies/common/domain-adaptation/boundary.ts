import type { ExhibitInput } from '../../../../contract/exhibits.ts'
import type { Learner } from '../../../engine/run/learner.ts'
import type { TrainingData } from '../../../engine/data/training-data.ts'
import type { StagedRun } from '../../../engine/run/staged-run.ts'
import type { Domains } from '../../../domain-gap/measure-gap.ts'
import { someRows } from '../../../domain-gap/target-data.ts'

/** Cells of the grid to each side. */
const SIDE = 60
/** Points drawn of each domain. */
const DRAWN = 400
/** Around the points, as a share of their range. */
const MARGIN = 0.1

/** Where a network with two inputs draws its boundary between classes, beneath the items of both domains; null: it has other inputs. Axes
 *  are the inputs as the network takes them (standardised by the source). */
export async function boundaryExhibit(
  { runtime }: StagedRun,
  domains: Domains,
  { learner, when }: { readonly learner: Learner; readonly when: 'before' | 'after' },
): Promise<ExhibitInput | null> {
  const { source, target, head, seed } = domains
  if (source.samples.shape.join() !== '2' || source.samples.layer !== null) return null
  const { classes } = learner.heads[head]!
  const own = await pointsOf(source, seed, (row) => source.targets[head]![row]!)
  const other = await pointsOf(target, seed, () => classes.length)
  const points = [...own, ...other]
  const [x, y] = [rangeOf(points.map((point) => point.x)), rangeOf(points.map((point) => point.y))]
  const centre = ({ low, high }: Range, i: number) => low + ((i + 0.5) / SIDE) * (high - low)
  const grid = Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => {
    const cell = Math.floor(i / 2)
    return i % 2 === 0 ? centre(x, cell % SIDE) : centre(y, Math.floor(cell / SIDE))
  })
  const { tf } = runtime
  const cells = tf.tidy(() => {
    const logits = learner.model.forward(tf.tensor2d(grid, [SIDE * SIDE, 2]))[head]!
    return [...tf.argMax(logits, 1).dataSync()]
  })
  return {
    kind: 'scatter',
    id: `domain-boundary-${when}`,
    title: `Decision boundary ${when} adaptation`,
    words:
      'Which class the network answers where, beneath the labelled source and the target, whose labels it does not see.',
    x: { label: 'First input' },
    y: { label: 'Second input' },
    groups: [
      ...classes.map((name) => ({ name: `source: ${name}`, domain: 'source' as const })),
      { name: 'target', domain: 'target' },
    ],
    points,
    regions: { columns: SIDE, rows: SIDE, minX: x.low, maxX: x.high, minY: y.low, maxY: y.high, cells },
  }
}

interface Point {
  readonly x: number
  readonly y: number
  readonly group: number
}

async function pointsOf(
  { samples, rows }: TrainingData,
  seed: number,
  groupOf: (row: number) => number,
): Promise<Point[]> {
  const drawn = someRows(rows.train, DRAWN, seed)
  const values = await samples.load(drawn, null)
  return drawn.map((row, i) => ({ x: values[2 * i]!, y: values[2 * i + 1]!, group: groupOf(row) }))
}

interface Range {
  readonly low: number
  readonly high: number
}

function rangeOf(values: readonly number[]): Range {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const margin = MARGIN * (high - low || 1)
  return { low: low - margin, high: high + margin }
}
