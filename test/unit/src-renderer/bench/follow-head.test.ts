import { expect, it } from 'vitest'
import { followHead } from '../../../../src-renderer/features/bench/follow-head.ts'

const spec = {
  dataset: 'photos',
  base: 'net',
  freeze: { all: true },
  strategy: { type: 'feature-extraction', head: 'converged' },
} as const

it.each([
  { newLayers: [{ type: 'dense', units: 8 }] },
  { freeze: { upTo: 'block3' } },
  { train: { lastBlocks: 1 } },
  { replace: [{ layer: 'relu', with: { type: 'gelu' } }] },
])('a head learns gradually once more learns with it: %o', (more) => {
  const after = { ...spec, ...more } as never
  expect(followHead(spec, after)).toMatchObject({ strategy: { type: 'feature-extraction', head: 'gradual' } })
})

it('other edits leave it, and so do those of a spec in which more learned before', () => {
  const other = { ...spec, epochs: 3 }
  expect(followHead(spec, other)).toBe(other)
  const more = { ...spec, train: { lastBlocks: 1 } }
  expect(followHead(more, more)).toBe(more)
  const tuned = { ...more, strategy: { type: 'fine-tuning' } }
  expect(followHead(spec, tuned)).toBe(tuned)
})
