import { packNumbers } from '../../../base/packed-numbers.ts'
import type { QuestionOf } from '../../../contract/label-questions.ts'
import type { Answer, LabellerContext } from '../labeller-context.ts'
import { nearestNeighbours } from '../map/nearest-neighbours.ts'
import { principalComponents } from '../map/principal-components.ts'
import { umapLayout } from '../map/umap-layout.ts'
import { unitSquare } from '../map/unit-square.ts'

/** Directions in which neighbours are looked for: distances among 1,280 features, of which most are alike, cost 25 times as much. */
const DIRECTIONS = 50
/** Over the features: distances hardly change after these. */
const PASSES = 7
/** Fewer rows have no neighbourhoods to draw. */
const LEAST_ROWS = 4

/** Places of all rows in the unit square. pca: the two directions of largest variance. umap: 50 of them, exact Euclidean neighbours there,
 *  then UMAP (McInnes, Healy, Melville 2018) started from the first two; with fewer than 4 rows as pca. Throws the signal's reason. */
export const map: Answer<'map'> = async (asked, question) => {
  const began = performance.now()
  const context = { ...asked, signal: AbortSignal.any([asked.signal, asked.mapStop.signal]) }
  const isUmap = question.method === 'umap' && context.features.rows >= LEAST_ROWS
  const places = isUmap ? await umapPlaces(context, question) : await pcaPlaces(context, question)
  const seconds = (performance.now() - began) / 1000
  return { kind: 'map', points: packNumbers(unitSquare(places)), seconds }
}

function pcaPlaces(
  { tf, features, signal, onProgress }: LabellerContext,
  { seed }: QuestionOf<'map'>,
): Promise<Float32Array> {
  const told = (done: number, total: number): void => onProgress('PCA: directions', done, total)
  return principalComponents(tf, features, { count: 2, seed, signal, onProgress: told })
}

async function umapPlaces(
  { tf, features, signal, onProgress }: LabellerContext,
  { neighbours, minDistance, seed }: QuestionOf<'map'>,
): Promise<Float32Array> {
  const { rows } = features
  const told = (what: string) => (done: number, total: number) => onProgress(`UMAP: ${what}`, done, total)
  const values = await principalComponents(tf, features, {
    count: DIRECTIONS,
    seed,
    signal,
    passes: PASSES,
    onProgress: told('directions'),
  })
  const near = await nearestNeighbours(
    tf,
    { rows, columns: DIRECTIONS, values },
    { count: Math.min(neighbours, rows - 1), signal, onProgress: told('neighbours') },
  )
  const start = Float32Array.from({ length: 2 * rows }, (_, at) => values[(at >> 1) * DIRECTIONS + (at % 2)]!)
  return await umapLayout(near, start, { minDistance, seed, signal, onProgress: told('places') })
}
