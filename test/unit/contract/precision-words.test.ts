import { describe, expect, it } from 'vitest'
import { exportAdvice, trainedOnSentences } from '../../../src-main/contract/precision-words.ts'

const INT8 = {
  precision: 'int8' as const,
  layer: 'top',
  isTrainedLater: false,
  agreement: { samples: 256, top1: 0.9922, maxDifference: 0.123 },
  features: {
    items: 40,
    cosine: { mean: 0.99812, smallest: 0.981 },
    top1: 0.975,
    accuracy: { float32: 0.9, here: 0.875 },
  },
}

describe('trainedOnSentences', () => {
  it('says the precision, what the files compute in, and both agreements', () => {
    expect(trainedOnSentences(INT8, 'float32')).toEqual([
      'The heads were trained on features in int8, which the frozen part computed up to top.',
      'These files compute them in float32, not in int8.',
      'The trained network beside itself in float32 throughout, on 256 samples: the same class for 99.2 %, largest difference of a raw output 1.23e-1.',
      'Features beside those of float32 on 40 validation items: cosine 0.9981 on average, 0.9810 at least; the same class for 97.5 %; right for 87.5 %, in float32 for 90 %.',
    ])
    expect(trainedOnSentences(INT8, 'int8')[1]).toBe('These files compute in int8, too.')
  })

  it('says whether int8 files have the whole numbers of the run or its ranges alone', () => {
    expect(trainedOnSentences({ ...INT8, numbers: 'whole' }, 'int8')[1]).toContain(
      'the ranges, weights and biases of the run',
    )
    expect(trainedOnSentences({ ...INT8, numbers: 'ranges' }, 'int8')[1]).toContain('no longer in the cache')
    expect(trainedOnSentences({ ...INT8, isTrainedLater: true, numbers: 'whole' }, 'int8')[1]).toContain(
      'trained later',
    )
  })

  it('of numbers says no class, and what was not measured is said so', () => {
    const numbers = { ...INT8, agreement: { ...INT8.agreement, top1: null }, features: null }
    expect(trainedOnSentences(numbers, undefined)[2]).toBe('The trained network beside itself in float32 throughout, on 256 samples: largest difference of a raw output 1.23e-1.') // prettier-ignore
    const nothing = { ...INT8, precision: 'bfloat16' as const, agreement: null, features: null }
    expect(trainedOnSentences(nothing, 'int8').slice(1)).toEqual([
      'These files compute them in float32, not in bfloat16.',
      'How far that is from float32 was not measured.',
    ])
  })

  it('of float32 nothing follows; what moved since is said', () => {
    expect(trainedOnSentences({ ...INT8, precision: 'float32', agreement: null, features: null }, 'int8')).toHaveLength(
      1,
    )
    expect(trainedOnSentences({ ...INT8, isTrainedLater: true }, 'int8')[1]).toContain('trained later, in float32')
  })
})

describe('exportAdvice', () => {
  it('offers int8 where the format has it, says so where it is chosen, and where it is not to be had', () => {
    expect(exportAdvice('int8', { hasInt8: true, weights: 'float32' })).toContain(
      'with int8 weights they compute in int8, too',
    )
    expect(exportAdvice('int8', { hasInt8: true, weights: 'int8' })).not.toContain('float32')
    expect(exportAdvice('int8', { hasInt8: false, weights: 'float32' })).toContain('no int8 form')
    expect(exportAdvice('bfloat16', { hasInt8: true, weights: 'float32' })).toContain('No format computes in that')
    for (const precision of ['float32', null] as const) expect(exportAdvice(precision, { hasInt8: true, weights: 'float32' })).toBeNull() // prettier-ignore
  })
})
