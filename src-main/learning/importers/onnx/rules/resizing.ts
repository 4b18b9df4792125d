import { MAP } from '../onnx-graph.ts'
import type { Activation } from '../value.ts'
import { activation, optional, text } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { sliceRanges } from '../shapes.ts'
import { asMap, rankOfMap } from './convolution.ts'
import { sizesOf } from '../axes.ts'

/** A map that grows by whole factors. */
export const resize: Rule = (context) => {
  const { graph } = context
  const map = graph.inForm(rankOfMap(context, activation(context, 0)), MAP)
  const [height, width] = factorsOf(context, sizesOf(map.layout))
  const isNearest = text(context, 'mode', 'nearest') === 'nearest'
  const coordinates = text(context, 'coordinate_transformation_mode', 'half_pixel')
  const rounding = text(context, 'nearest_mode', 'round_prefer_floor')
  // Whole factors give the same nearest pixels in both ways.
  const isKnown = isNearest
    ? (coordinates === 'asymmetric' && rounding === 'floor') ||
      (coordinates === 'half_pixel' && rounding === 'round_prefer_floor')
    : text(context, 'mode', '') === 'linear' && ['half_pixel', 'pytorch_half_pixel'].includes(coordinates)
  if (!isKnown) throw graph.unsupported('resizes a map in another way than by nearest pixels or between their middles')
  const config = { size: [height, width], interpolation: isNearest ? 'nearest' : 'bilinear' }
  return graph.add({ type: 'UpSampling2D', config }, [map], asMap)
}

/** From scales, or from sizes, of [batch, channels, height, width]. */
function factorsOf(context: RuleContext, [height, width]: readonly number[]): [number, number] {
  const [scales, sizes] = [2, 3].map((place) => optional(context, place)?.read())
  const [, , down, right] = sizes === undefined ? [...(scales ?? [])] : [1, 1, sizes[2]! / height!, sizes[3]! / width!]
  if (Number.isInteger(down) && Number.isInteger(right) && Math.min(down!, right!) >= 1) return [down!, right!]
  throw context.graph.unsupported('resizes a map by no whole factors')
}

/** A part of a map without its borders; null: it is one of several equal parts, or another one. */
export function croppedMap(context: RuleContext, given: Activation): Activation | null {
  const { graph, node, opset } = context
  if (given.axes.length !== 4) return null
  const sizes = sizesOf(given.axes)
  const ranges = sliceRanges(node, sizes, [1, 2, 3, 4].map((place) => optional(context, place)), opset) // prettier-ignore
  const sides = [2, 3].map((axis) => {
    const range = ranges.find((each) => each.axis === axis)
    return range === undefined ? [0, 0] : [range.start, sizes[axis]! - range.end]
  })
  const isOfMap = ranges.every(({ axis, step, start, end }) => step === 1 && axis >= 2 && end > start)
  const isEqualPart = ranges.every(({ axis, start, end }) => sizes[axis]! % (end - start) === 0 && start % (end - start) === 0) // prettier-ignore
  if (!isOfMap || isEqualPart) return null
  return graph.add({ type: 'Cropping2D', config: { cropping: sides } }, [graph.inForm(given, MAP)], asMap)
}
