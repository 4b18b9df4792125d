import { describe, expect, it } from 'vitest'
import type { Preprocessing } from '../../../../src-main/contract/network.ts'
import { shrinkOf } from '../../../../src-main/data/shrink-while-decoding.ts'
import { isShrinkable } from '../../../../src-renderer/features/bench/shrinkable.ts'

const preprocessing = (width: number, height: number): Preprocessing => ({
  kind: 'image',
  width,
  height,
  channels: 3,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'cover',
})

describe('fast decoding is offered', () => {
  it('for the very pictures that the decoder shrinks', () => {
    for (const [width, height] of [
      [4032, 3024],
      [896, 896],
      [895, 896],
      [3000, 1000],
      [640, 480],
    ] as const) {
      const wanted = { width: 224, height: 224 }
      expect(isShrinkable({ width, height }, preprocessing(224, 224)), `${width}x${height}`).toBe(
        shrinkOf({ width, height }, wanted) > 1,
      )
    }
  })

  it('for no table, and not before there is a plan', () => {
    expect(isShrinkable(null, preprocessing(224, 224))).toBe(false)
    expect(isShrinkable({ width: 4032, height: 3024 }, null)).toBe(false)
  })
})
