import { brokenFile, quoted } from '../refusals.ts'
import { mustBe } from './arguments.ts'
import type { Rule } from './rule.ts'

/** (x - mean) / sqrt(variance): the numbers stand among the arguments, or were measured and lie with the weights. */
export const normalization: Rule = (layer, { shapes, find }) => {
  const rank = shapes[0]?.length ?? 0
  mustBe(layer, 'axis', -1, [-1], rank, [rank])
  mustBe(layer, 'invert', false)
  const numbers = (name: string, index: number): number | number[] => {
    const told = flat(layer.config[name])
    if (told !== null) return told
    const variable = find(layer, [name], index)
    if (variable) return [...variable.read()]
    throw brokenFile(`Expected the ${name} of layer ${quoted(layer.title)} (Normalization). Received: none.`)
  }
  return [
    {
      suffix: '',
      type: 'Normalization',
      config: { mean: numbers('mean', 0), variance: numbers('variance', 1) },
      origins: {},
    },
  ]
}

function flat(value: unknown): number | number[] | null {
  if (typeof value === 'number') return value
  if (!Array.isArray(value)) return null
  const list = value.flat(4).filter((item) => typeof item === 'number')
  return list.length > 0 ? list : null
}
