import { expect, it } from 'vitest'
import { trainedFeatures } from '../../../../src-main/core/exports/trained-features.ts'
import type { RunDetails } from '../../../../src-main/core/store/run-details-repo.ts'

type Given = Parameters<typeof trainedFeatures>[0]

const layer = (name: string) => ({ name })
const plan = { network: { layers: ['input', 'stem', 'top', 'head'].map(layer) } } as unknown as RunDetails['plan']
const calibration = { method: 'by hand', images: 3, ranges: [] }
const cache = { items: 3, hits: 0, bytes: 1, seconds: 1, layer: 'top', precision: 'int8', agreement: null, features: null, calibration } as const // prettier-ignore
const moved = (name: string, change: number, movingChange: number | null = null) => {
  return { layer: name, block: 'b', state: 'trained' as const, parameters: 1, change, movingChange }
}
const given = (weightChange: Given['weightChange']): Given => ({ plan, cache, weightChange })

it('is nothing where no features were cached', () => {
  expect(trainedFeatures({ ...given([]), cache: null })).toBeUndefined()
})

it('keeps the ranges while the frozen part is what it was', () => {
  const { items: _, hits: __, bytes: ___, seconds: ____, ...told } = cache
  const frozen = given([moved('stem', 0, 0), moved('top', 0), moved('head', 0.5)])
  expect(trainedFeatures(frozen)).toEqual({ ...told, isTrainedLater: false })
})

it('says that a later phase trained it, and drops ranges that are of other weights', () => {
  for (const change of [moved('stem', 0.01), moved('top', 0, 0.2)]) {
    expect(trainedFeatures(given([change]))).toMatchObject({ isTrainedLater: true, calibration: null })
  }
})
