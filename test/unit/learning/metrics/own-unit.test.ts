import { expect, test } from 'vitest'
import { inOwnUnit } from '../../../../src-main/learning/metrics/own-unit.ts'

test('a number leaves in the target’s own unit, with the digits of 64 bits', () => {
  expect([...inOwnUnit({ scale: { mean: 10, std: 4 } }, [0, 1, -0.5])]).toEqual([10, 14, 8])
  expect([...inOwnUnit({ scale: { mean: 1e9, std: 1 } }, Float32Array.of(0.5))]).toEqual([1_000_000_000.5])
})

test('outputs without a scale stay as they are', () => {
  expect([...inOwnUnit({}, [0.25, -3])]).toEqual([0.25, -3])
})
