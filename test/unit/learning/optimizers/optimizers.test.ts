import { describe, expect, test } from 'vitest'
import { optimizers } from '../../../../src-main/learning/optimizers/index.ts'
import type { UpdateInput, UpdateRule, VariableUpdate } from '../../../../src-main/learning/optimizers/optimizer.ts'
import type { InPlaceUpdate } from '../../../../src-main/learning/ops/native.ts'
import type { Tf } from '../../../../src-main/learning/runtime.ts'

/** A tensor of one number. */
interface Cell {
  value: number
}

type Operand = Cell | number

const numberOf = (one: Operand): number => (typeof one === 'number' ? one : one.value)
const pair = (operation: (a: number, b: number) => number) => (a: Operand, b: Operand) => ({
  value: operation(numberOf(a), numberOf(b)),
})

const BOOL = 4

/** What update rules ask of TensorFlow, in double precision on single numbers. */
const tf = {
  add: pair((a, b) => a + b),
  sub: pair((a, b) => a - b),
  mul: pair((a, b) => a * b),
  div: pair((a, b) => a / b),
  square: (a: Operand) => ({ value: numberOf(a) ** 2 }),
  sqrt: (a: Operand) => ({ value: Math.sqrt(numberOf(a)) }),
  scalar: (value: number) => ({ value }),
  getBackend: () => 'tensorflow',
  backend: () => ({ binding: { TF_ATTR_BOOL: BOOL } }),
} as unknown as Tf

function ruleOf(type: string, values: object): UpdateRule {
  const row = optimizers.find((each) => each.type === type)!
  return row.rule(row.params.schema.parse(values))
}

interface State {
  weight: number
  slots: number[]
}

const cells = (values: readonly number[]): Cell[] => values.map((value) => ({ value }))

function inputOf(rule: UpdateRule, state: State, gradient: number, step: number) {
  return {
    weight: { value: state.weight },
    gradient: { value: gradient },
    slots: cells(state.slots),
    learningRate: { value: 0.1 },
    scalars: cells(rule.scalars(step)),
  }
}

/** The state after one update at a rate of 0.1. */
function updated(rule: UpdateRule, state: State, gradient: number, step = 1): State {
  const next = rule.update(tf, inputOf(rule, state, gradient, step) as unknown as UpdateInput)
  const [weight, ...slots] = [next.weight, ...next.slots].map((cell) => (cell as unknown as Cell).value)
  return { weight: weight!, slots }
}

const close = ({ weight, slots }: State) => ({
  weight: expect.closeTo(weight, 12) as number,
  slots: slots.map((slot) => expect.closeTo(slot, 12) as number),
})

describe('one update by hand, at a rate of 0.1', () => {
  test('SGD: the gradient, with the decay’s pull', () => {
    const rule = ruleOf('sgd', { momentum: 0, weightDecay: 0.25 })
    expect(rule.slots).toEqual([])
    expect(rule.scalars(3)).toEqual([])
    // 1 + 2 / 4 = 1.5
    expect(updated(rule, { weight: 2, slots: [] }, 1)).toEqual(close({ weight: 1.85, slots: [] }))
  })

  test.each([
    // v = 4 / 2 + 1.5 = 3.5; with Nesterov the step is 1.5 + 3.5 / 2 = 3.25.
    [false, 1.65],
    [true, 1.675],
  ])('SGD with momentum, Nesterov %s', (nesterov, weight) => {
    const rule = ruleOf('sgd', { momentum: 0.5, nesterov, weightDecay: 0.25 })
    expect(rule.slots).toEqual(['velocity'])
    expect(updated(rule, { weight: 2, slots: [4] }, 1)).toEqual(close({ weight, slots: [3.5] }))
  })

  test('RMSprop: epsilon outside the root', () => {
    const rule = ruleOf('rmsprop', { decay: 0.75, epsilon: 0.5, weightDecay: 0.25 })
    expect(rule.slots).toEqual(['square'])
    expect(rule.scalars(3)).toEqual([])
    // g = 1.5, s = 3/4 * 2.25 + 1/4 * 2.25 = 2.25, step = 1.5 / (1.5 + 0.5) = 0.75.
    expect(updated(rule, { weight: 2, slots: [2.25] }, 1)).toEqual(close({ weight: 1.925, slots: [2.25] }))
  })

  test('RMSprop with momentum gathers the scaled gradient', () => {
    const rule = ruleOf('rmsprop', { decay: 0.75, momentum: 0.5, epsilon: 0.5 })
    expect(rule.slots).toEqual(['square', 'velocity'])
    // g^2 = 13: s = 3/4 * 1 + 1/4 * 13 = 4, v = 1/2 + sqrt(13) / (2 + 0.5).
    const velocity = 0.5 + Math.sqrt(13) / 2.5
    expect(updated(rule, { weight: 2, slots: [1, 1] }, Math.sqrt(13))).toEqual(
      close({ weight: 2 - 0.1 * velocity, slots: [4, velocity] }),
    )
  })

  test.each([
    // Coupled: g = 0.5 + 0.2 * 1 = 0.7, a step of 0.1 * 0.7 / (0.7 + 0.3).
    ['adam', 0.3, 0.93, 0.7],
    // Decoupled: 1 * (1 - 0.1 * 0.2) = 0.98, less 0.1 * 0.5 / (0.5 + 0.5).
    ['adamw', 0.5, 0.93, 0.5],
  ])('%s: the first step’s averages are the gradient itself', (type, epsilon, weight, gradient) => {
    const rule = ruleOf(type, { epsilon, weightDecay: 0.2 })
    expect(rule.slots).toEqual(['mean', 'square'])
    expect(updated(rule, { weight: 1, slots: [0, 0] }, 0.5)).toEqual(
      close({ weight, slots: [0.1 * gradient, 0.001 * gradient ** 2] }),
    )
  })

  test.each(['adam', 'adamw'])('%s: the second step, after gradients of 1 and 3', (type) => {
    const rule = ruleOf(type, { beta1: 0.5, beta2: 0.75, epsilon: 0.5, weightDecay: 0 })
    const first = updated(rule, { weight: 1, slots: [0, 0] }, 1, 1)
    expect(first).toEqual(close({ weight: 1 - 0.1 / 1.5, slots: [0.5, 0.25] }))
    // m = 1/4 + 3/2 = 7/4 over 1 - 1/4; v = 3/16 + 9/4 = 39/16 over 1 - 9/16.
    const step = 7 / 3 / (Math.sqrt(39 / 7) + 0.5)
    expect(updated(rule, first, 3, 2)).toEqual(close({ weight: first.weight - 0.1 * step, slots: [7 / 4, 39 / 16] }))
  })
})

/** What TensorFlow documents of the native ops that rules name. */
const OPERATIONS: Readonly<Record<string, (inputs: Cell[], isNesterov: boolean) => void>> = {
  AssignSubVariableOp: ([weight, value]) => void (weight!.value -= value!.value),
  ResourceApplyGradientDescent: ([weight, rate, gradient]) => void (weight!.value -= rate!.value * gradient!.value),
  ResourceApplyMomentum([weight, velocity, rate, gradient, momentum], isNesterov) {
    velocity!.value = velocity!.value * momentum!.value + gradient!.value
    const ahead = gradient!.value + velocity!.value * momentum!.value
    weight!.value -= rate!.value * (isNesterov ? ahead : velocity!.value)
  },
  ResourceApplyAdam([weight, mean, square, power1, power2, rate, beta1, beta2, epsilon, gradient]) {
    mean!.value += (gradient!.value - mean!.value) * (1 - beta1!.value)
    square!.value += (gradient!.value ** 2 - square!.value) * (1 - beta2!.value)
    const corrected = (rate!.value * Math.sqrt(1 - power2!.value)) / (1 - power1!.value)
    weight!.value -= (corrected * mean!.value) / (Math.sqrt(square!.value) + epsilon!.value)
  },
}

describe('the native ops compute the same update on the variables themselves', () => {
  test.each([
    ['sgd', { momentum: 0 }, ['ResourceApplyGradientDescent']],
    ['sgd', { momentum: 0, weightDecay: 0.3 }, ['ResourceApplyGradientDescent']],
    ['sgd', { momentum: 0.6 }, ['ResourceApplyMomentum']],
    ['sgd', { momentum: 0.6, nesterov: true, weightDecay: 0.3 }, ['ResourceApplyMomentum']],
    ['adam', { epsilon: 0.2 }, ['ResourceApplyAdam']],
    ['adam', { epsilon: 0.2, weightDecay: 0.3 }, ['ResourceApplyAdam']],
    ['adamw', { epsilon: 0.2, weightDecay: 0 }, ['ResourceApplyAdam']],
    ['adamw', { epsilon: 0.2, weightDecay: 0.3 }, ['AssignSubVariableOp', 'ResourceApplyAdam']],
  ])('%s %o', (type, values, ops) => {
    const rule = ruleOf(type, values)
    let state: State = { weight: 2, slots: rule.slots.map(() => 0) }
    const [weight, slots] = [{ value: 2 }, cells(state.slots)]
    for (const [i, gradient] of [0.5, -1.5, 0.25].entries()) {
      const input = { ...inputOf(rule, state, gradient, i + 1), weight, slots }
      const updates = rule.inPlace!(tf, input as unknown as VariableUpdate)
      expect(updates.map(({ op }) => op)).toEqual(ops)
      updates.forEach((update) => apply(update))
      state = updated(rule, state, gradient, i + 1)
      expect({ weight: weight.value, slots: slots.map(({ value }) => value) }).toEqual(close(state))
      expect(updates.every((update) => update.updates.includes(weight as never))).toBe(true)
      expect(new Set(updates.flatMap((update) => update.updates))).toEqual(new Set([weight, ...slots]))
    }
  })

  test('RMSprop has none: TensorFlow’s has epsilon inside the root', () => {
    expect(ruleOf('rmsprop', {}).inPlace).toBeUndefined()
  })
})

function apply({ op, attributes, inputs }: InPlaceUpdate): void {
  expect(attributes.every(({ name, type }) => name === 'use_nesterov' && type === BOOL)).toBe(true)
  OPERATIONS[op]!(inputs as unknown as Cell[], attributes[0]?.value === true)
}
