import type { LayerType } from '../../../contract/network.ts'
import { activationOf, mustBe, picked } from './arguments.ts'
import type { Rule } from './rule.ts'

/** Values that need not be told. */
export const USUAL = {
  groups: 1,
  dilation_rate: [1, 1],
  depth_multiplier: 1,
  keepdims: false,
  interpolation: 'nearest',
}

/** A layer that Graft has by the same name with the same arguments. */
export function same(type: LayerType, names: readonly string[] = [], check?: Rule): Rule {
  return (layer, context) => {
    check?.(layer, context)
    return [{ suffix: '', type, config: picked(layer, names, USUAL) }]
  }
}

/** The same with an activation. */
export function activated(type: LayerType, names: readonly string[]): Rule {
  return (layer, context) => {
    const activation = activationOf(layer.config['activation'], layer, context.isLegacy)
    const config = { ...picked(layer, names, USUAL), ...(activation === 'linear' ? {} : { activation }) }
    return [{ suffix: '', type, config }]
  }
}

/** Keras' own arithmetic takes an axis as a number or as a list of one; -1 and the last are one. */
export const lastAxis: Rule = (layer, { shapes }) => {
  const rank = shapes[0]?.length ?? 0
  mustBe(layer, 'axis', -1, [-1], rank, [rank])
  return []
}
