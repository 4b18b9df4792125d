import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lumaOf } from '../../../src-main/data/luma.ts'
import type { PixelSize } from '../../../src-main/data/pixel-size.ts'
import { type Pixels, resize } from '../../../src-main/data/resize.ts'
import { patternPixels } from '../../support/pattern-pixels.ts'

const grey = (width: number, ...data: number[]): Pixels => {
  return { width, height: data.length / width, channels: 1, data: Uint8Array.from(data) }
}
const to = (width: number, height: number, resize: 'cover' | 'stretch' = 'stretch') => {
  return { width, height, channels: 1, resize } as const
}

/** What Pillow made of pictures of a pattern (test/fixtures/resize/make.py). */
const PILLOW = JSON.parse(
  readFileSync(new URL('../../fixtures/resize/pillow.json', import.meta.url), 'utf8'),
) as readonly { readonly from: [number, number]; readonly size: PixelSize; readonly pixels: number[] }[]

describe('resizing', () => {
  it.each(PILLOW)('gives the bytes of Pillow: $from to $size.width x $size.height, $size.resize', (one) => {
    expect([...resize(patternPixels(one.from, one.size.channels), one.size)]).toEqual(one.pixels)
  })
})

describe('enlarging', () => {
  it('is linear between the centres of pixels, and goes on beyond the outermost', () => {
    // Outputs at -1/4, 1/4, 3/4, 5/4 of the inputs.
    expect([...resize(grey(2, 0, 200), to(4, 1))]).toEqual([0, 50, 150, 200])
    expect([...resize(grey(1, 0, 200), to(1, 4))]).toEqual([0, 50, 150, 200])
    expect([...resize(grey(1, 7), to(3, 2))]).toEqual([7, 7, 7, 7, 7, 7])
  })

  it('goes by each side alone when it stretches', () => {
    expect([...resize(grey(2, 0, 40, 80, 120), to(2, 4))]).toEqual([0, 40, 20, 60, 60, 100, 80, 120])
  })

  it('cuts by equal parts what is larger than the target', () => {
    // 2 x 1 to 2 x 2: doubled it is 4 x 2, of which the two columns in the middle stay.
    expect([...resize(grey(2, 0, 200), to(2, 2, 'cover'))]).toEqual([50, 150, 50, 150])
    expect([...resize(grey(1, 0, 200), to(2, 2, 'cover'))]).toEqual([50, 50, 150, 150])
    expect([...resize(grey(2, 0, 200), to(2, 2))]).toEqual([0, 200, 0, 200])
  })

  it('rounds to the nearest', () => {
    // 3 inputs to 4: at 1/8, 7/8 of the way between neighbours.
    expect([...resize(grey(3, 0, 1, 2), to(4, 1))]).toEqual([0, 1, 1, 2])
    expect([...resize(grey(2, 10, 12), to(4, 1))]).toEqual([10, 11, 12, 12])
  })

  it('keeps colours apart', () => {
    const data = Uint8Array.from([0, 100, 200, 200, 100, 0])
    expect([...resize({ width: 2, height: 1, channels: 3, data }, { ...to(4, 1), channels: 3 })]).toEqual([
      0, 100, 200, 50, 100, 150, 150, 100, 50, 200, 100, 0,
    ])
    expect([...resize({ width: 1, height: 2, channels: 3, data }, { ...to(1, 4), channels: 3 })]).toEqual([
      0, 100, 200, 50, 100, 150, 150, 100, 50, 200, 100, 0,
    ])
  })
})

describe('grey of colour', () => {
  it('weighs red, green and blue by .299, .587 and .114; grey stays as it is', () => {
    expect([...lumaOf(Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255]))]).toEqual([76, 150, 29])
    expect([...lumaOf(Uint8Array.from([100, 150, 200, 77, 77, 77, 255, 255, 255, 0, 0, 0]))]).toEqual([141, 77, 255, 0])
    expect([...lumaOf(new Uint8Array(0))]).toEqual([])
  })
})
