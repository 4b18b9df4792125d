import { expect, test } from 'vitest'
import { seededRandom } from '../../../../../src-main/base/seeded-random.ts'
import { Observed } from '../../../../../src-main/learning/engine/frozen/observe.ts'

const of = (samples: readonly number[], images = 1) => ({
  images,
  samples: Float32Array.from(samples),
  lows: Float32Array.of(Math.min(...samples)),
  highs: Float32Array.of(Math.max(...samples)),
  means: Float32Array.of(samples.reduce((a, b) => a + b, 0) / samples.length),
  windows: [],
})

test('the outermost samples are those of all, whatever came with which batch', () => {
  const random = seededRandom(1, 'samples')
  // Batches with fewer samples than are kept, too.
  const batches = [400, 3, 1, 250].map((count) => Array.from({ length: count }, () => Math.fround(random() * 9 - 4)))
  const observed = new Observed(12)
  for (const batch of batches) observed.add(of(batch))
  const sorted = batches.flat().sort((a, b) => a - b)
  expect(observed.samples).toBe(654)
  for (let beyond = 0; beyond < 12; beyond++) expect(observed.ends(beyond)).toEqual([sorted[beyond], sorted.at(-1 - beyond)]) // prettier-ignore
})

test('means weigh by images, ends are of all', () => {
  const observed = new Observed(2)
  observed.add(of([1, 3], 1))
  observed.add(of([6, 6], 3))
  expect([...observed.means()]).toEqual([5])
  expect([observed.smallest, observed.largest]).toEqual([1, 6])
})
