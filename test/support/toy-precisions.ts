import type { MeasuredPrecision } from '../../src-main/contract/precision.ts'

const agreement = (top1: number, float32: number, here: number): MeasuredPrecision['agreement'] => ({
  items: 200,
  split: 'validation',
  cosine: { mean: 0.9991, smallest: 0.99 },
  top1,
  accuracy: { float32, here },
})

/** As the trainer tells it: bfloat16 agrees, int8 is faster and costs a point and a half. */
export const TOY_PRECISIONS = {
  bound: 0.005,
  layer: 'pool',
  options: [
    { precision: 'float32', refusal: null, itemsPerSecond: 180, agreement: null },
    { precision: 'bfloat16', refusal: null, itemsPerSecond: 330, agreement: agreement(0.995, 0.9, 0.9) },
    { precision: 'int8', refusal: null, itemsPerSecond: 700, agreement: agreement(0.97, 0.9, 0.885) },
  ] satisfies MeasuredPrecision[],
  calibration: {
    method: '99.99th percentile',
    images: 512,
    ranges: [{ name: 'stem', low: 0, high: 6, smallest: 0, largest: 6 }],
  },
}
