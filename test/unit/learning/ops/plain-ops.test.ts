import * as tfjs from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { dropout } from '../../../../src-main/learning/ops/dropout.ts'
import { checkGradient, OP_CASES } from '../../../support/op-cases.ts'

test.each(OP_CASES)('$name: without the native backend its gradient is the numeric one, too', async (entry) => {
  await tfjs.setBackend('cpu')
  checkGradient(tfjs, entry)
})

test('dropout depends on seed and step alone', () => {
  const run = (seed: number, step: number) =>
    tfjs.tidy(() =>
      dropout(tfjs, tfjs.ones([50]), 0.5, seed, tfjs.scalar(step, 'int32'))
        .dataSync()
        .slice(),
    )
  expect(run(1, 2)).toEqual(run(1, 2))
  expect(run(1, 2)).not.toEqual(run(1, 3))
})
