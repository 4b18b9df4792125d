import { expect, test } from 'vitest'
import { createPace } from '../../../../../src-main/learning/engine/loop/pace.ts'

test('time left rests on what follows the first call, which compiles', () => {
  const state = { seconds: 100, step: 40 }
  const pace = createPace(state)
  const call = (seconds: number, steps: number) => {
    Object.assign(state, { seconds: state.seconds + seconds, step: state.step + steps })
    const within = pace.secondsPerStep()
    pace.endCall()
    return [within, pace.secondsPerStep()]
  }
  expect(call(12, 1)).toEqual([null, null])
  // Many steps in one call: their time is known when all of them are counted.
  const [within, after] = call(0.4, 8)
  expect([within, after?.toFixed(6)]).toEqual([null, '0.050000'])
  // Validation after it belongs to the epoch's steps.
  state.seconds += 0.4
  const [before, later] = call(0.4, 8)
  expect([before?.toFixed(6), later?.toFixed(6)]).toEqual(['0.050000', '0.075000'])
})
