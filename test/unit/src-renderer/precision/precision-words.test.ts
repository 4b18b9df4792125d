import { describe, expect, it } from 'vitest'
import type { FeatureAgreement, PrecisionReport } from '../../../../src-main/contract/precision.ts'
import {
  agreementSentence,
  asSentence,
  calibrationWords,
  cosineWords,
  cpuRefusal,
  fallWords,
  pointsWords,
  precisionFacts,
  staleWords,
} from '../../../../src-renderer/features/precision/precision-words.ts'

const agreement: FeatureAgreement = {
  items: 400,
  cosine: { mean: 0.99874, smallest: 0.9312 },
  top1: 0.9875,
  accuracy: { float32: 0.934, here: 0.921 },
}
const report: PrecisionReport = {
  measuredAt: '2026-11-30T12:00:00.000Z',
  dataset: 'birds',
  datasetVersion: 3,
  base: 'EfficientNet-Lite0',
  layer: 'top_pool',
  bound: 0.005,
  options: [
    { precision: 'float32', refusal: null, itemsPerSecond: 176, agreement: null },
    { precision: 'bfloat16', refusal: 'this CPU cannot', itemsPerSecond: null, agreement: null },
    { precision: 'int8', refusal: null, itemsPerSecond: 1231.6, agreement },
  ],
  calibration: { method: '99.99th percentile', images: 512, ranges: [] },
}
const plain = (text: string | null): string | null => text?.replace(/[\u2009\u202f\u00a0]/gu, ' ') ?? null
const facts = (of: PrecisionReport, precision: 'float32' | 'bfloat16' | 'int8', unit = 'images') =>
  precisionFacts(of, precision, unit).map(plain)

describe('what stands beside a precision', () => {
  it('is its speed, how many times float32 that is, and how far it agrees', () => {
    expect(facts(report, 'float32')).toEqual(['176 images/s', 'accuracy 93.4 %'])
    expect(facts(report, 'int8')).toEqual(['1,232 images/s', '7 × float32', '98.8 % same answers', 'accuracy 92.1 %'])
    expect(facts(report, 'bfloat16')).toEqual([])
  })

  it('is the cosine where nothing is classified, and the speed alone where nothing could be compared', () => {
    const [float32] = report.options
    const withInt8 = (of: FeatureAgreement | null): PrecisionReport => ({
      ...report,
      options: [float32!, { precision: 'int8', refusal: null, itemsPerSecond: 352, agreement: of }],
    })
    expect(facts(withInt8({ ...agreement, top1: null, accuracy: null }), 'int8', 'rows')).toEqual([
      '352 rows/s',
      '2 × float32',
      'cosine 0.9987',
    ])
    expect(facts(withInt8(null), 'int8')).toEqual(['352 images/s', '2 × float32'])
    expect(facts(withInt8(null), 'float32')).toEqual(['176 images/s'])
  })

  it('warns from just above the bound on, not at it', () => {
    const at = (here: number) => fallWords({ ...agreement, accuracy: { float32: 0.93, here } }, 0.005)
    expect([at(0.925), at(0.95)]).toEqual([null, null])
    expect(at(0.9249)).toBe('Accuracy falls by 0.5 points: more than 0.5.')
    expect(at(0.9)).toBe('Accuracy falls by 3.0 points: more than 0.5.')
    expect([fallWords(null, 0.005), fallWords({ ...agreement, accuracy: null }, 0.005)]).toEqual([null, null])
  })

  it('says before any measurement what the CPU has not, and nothing while that is not known', () => {
    const none = { hasBfloat16: false, int8Refusal: 'the kernels were not built' }
    expect(cpuRefusal('float32', none)).toBeNull()
    expect(cpuRefusal('bfloat16', none)).toBe('this computer’s CPU does not compute in bfloat16')
    expect(cpuRefusal('int8', none)).toBe('the kernels were not built')
    expect([cpuRefusal('int8', { ...none, int8Refusal: null }), cpuRefusal('int8', null)]).toEqual([null, null])
    expect(asSentence('this CPU cannot')).toBe('This CPU cannot.')
    expect(asSentence('int8 has no form for it')).toBe('int8 has no form for it.')
    expect(asSentence('Layer mix (Attention) has no form in int8.')).toBe('Layer mix (Attention) has no form in int8.')
  })
})

describe('the words of a measurement', () => {
  it('say when it is of another version of the dataset', () => {
    expect(staleWords(report, 3)).toBeNull()
    expect(staleWords(report, null)).toBeNull()
    expect(staleWords(report, 5)).toBe('Measured on version 3: the dataset is at version 5 now.')
  })

  it('say where the ranges are from', () => {
    expect(calibrationWords({ method: '99.99th percentile', images: 1 })).toBe(
      'Ranges of int8: 99.99th percentile, from 1 training item.',
    )
  })

  it('never round what is less than one to one, and give points their sign', () => {
    expect([cosineWords(1), cosineWords(0.99999), cosineWords(0.99874)]).toEqual(['1.0000', '> 0.9999', '0.9987'])
    const points = (here: number) => pointsWords({ float32: 0.934, here })
    expect([points(0.921), points(0.94), points(0.9338)]).toEqual(['−1.3 points', '+0.6 points', '0 points'])
  })

  it('tell all that was measured, and on which items', () => {
    expect(plain(agreementSentence(agreement))).toBe(
      '400 validation items: cosine 0.9987 (smallest 0.9312), 98.8 % same answers, accuracy 92.1 % (float32: 93.4 %)',
    )
    expect(agreementSentence({ ...agreement, items: 1, split: 'train', top1: null, accuracy: null })).toBe(
      '1 training item: cosine 0.9987 (smallest 0.9312)',
    )
  })
})
