import type { Explanation, ExplainMethod, HeatMap } from '@contract/explanations.ts'
import { formatPercent, formatQuantity } from '../../ui/format.ts'

export const METHOD_NAMES: Readonly<Record<ExplainMethod, string>> = {
  gradcam: 'Grad-CAM',
  occlusion: 'Occlusion',
  rollout: 'Attention',
}

/** What a number of the scale is. */
export function scaleWords({ method, answer }: Pick<Explanation, 'method' | 'answer'>): string {
  if (method === 'gradcam') return 'weight of what the layer sees there'
  if (method === 'rollout') return 'share of the patch in what the head reads'
  return answer.value === null ? 'probability lost where it is covered' : 'what the answer loses where it is covered'
}

/** float32 values of a map. */
export function unpackHeat({ values }: Pick<HeatMap, 'values'>): Float32Array {
  const text = atob(values)
  return new Float32Array(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer)
}

const DOWN = ['upper', '', 'lower'] as const
const ACROSS = ['left', '', 'right'] as const

/** In words, so that it is not told by colour alone: where the heat is highest, and how far it spreads. */
export function heatSummary(
  { class: name, rows, columns, most }: HeatMap,
  values: Float32Array,
  scale: number,
): string {
  const about = name === null ? 'Heat' : `Heat for “${name}”`
  if (most <= 0) return `${about} is 0 everywhere: nothing that is seen here speaks for it.`
  if (most < scale / 100) return `${about} is next to nothing: at most ${formatQuantity(most, 2)}.`
  const place = values.indexOf(most)
  const third = (index: number, count: number): number => Math.min(2, Math.floor(((index + 0.5) / count) * 3))
  const [down, across] = [DOWN[third(Math.floor(place / columns), rows)]!, ACROSS[third(place % columns, columns)]!]
  const share = values.reduce((count, value) => count + (value > most / 2 ? 1 : 0), 0) / values.length
  return `${about} is highest ${placeWords(down, across)}, ${formatQuantity(most, 3)}; ${formatPercent(share, 0)} of the picture has more than half of that.`
}

function placeWords(down: string, across: string): string {
  if (down === '' && across === '') return 'in the middle'
  if (across === '') return down === 'upper' ? 'at the top' : 'at the bottom'
  return `at the ${[down, across].filter(Boolean).join(' ')}`
}
