import { sizesOf } from '../axes.ts'
import type { Axis } from '../axes.ts'
import { MAP } from '../onnx-graph.ts'
import { activation, integer, list, optional } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import type { Activation } from '../value.ts'
import { extent, isPadded, windowOf } from '../windows.ts'
import type { Sides, Window } from '../windows.ts'
import { asMap, rankOfMap } from './convolution.ts'
import { axesOf, positive } from '../shapes.ts'

/** A padded place is never the largest; ceil_mode is more padding at the bottom and right. */
export const maxPool: Rule = (context) => {
  const { map, window } = poolOf(context)
  const padding = window.padding === 'same' ? 'same' : withRest(context, window.padding, window, map)
  return pool(context, 'MaxPooling2D', map, window, padding)
}

/** count_include_pad: zeros that count are a padding of their own. What ceil_mode adds counts never. */
export const averagePool: Rule = (context) => {
  const { map, window } = poolOf(context)
  const { padding } = window
  if (padding === 'same' && integer(context, 'count_include_pad', 0) === 1) {
    throw context.graph.unsupported('counts the padding of an average that TensorFlow pads')
  }
  if (padding === 'same') return pool(context, 'AveragePooling2D', map, window, 'same')
  const whole = withRest(context, padding, window, map)
  if (integer(context, 'count_include_pad', 0) === 0 || !isPadded(padding)) {
    return pool(context, 'AveragePooling2D', map, window, whole)
  }
  const padded = context.graph.add({ type: 'ZeroPadding2D', config: { padding } }, [map], asMap, '.pad')
  const rest = whole.map(([before, after], axis) => [before - padding[axis]![0], after - padding[axis]![1]] as const)
  return pool(context, 'AveragePooling2D', padded, window, rest as unknown as Sides)
}

function poolOf(context: RuleContext): { map: Activation; window: Window } {
  const { graph } = context
  const map = graph.inForm(rankOfMap(context, activation(context, 0)), MAP)
  const window = windowOf(context, list(context, 'kernel_shape') ?? [], sizesOf(map.layout).slice(0, 2))
  if (Math.max(...window.dilations) > 1) throw graph.unsupported('pools with gaps (dilations)')
  if (context.node.outputs.slice(1).some((name) => name !== '')) throw graph.unsupported('gives the places of what it pools') // prettier-ignore
  return { map, window }
}

/** With what ceil_mode adds: a window may begin in the map or its left padding only. */
function withRest(context: RuleContext, padding: Sides, window: Window, map: Activation): Sides {
  if (integer(context, 'ceil_mode', 0) === 0) return padding
  return padding.map(([before, after], axis) => {
    const [size, stride] = [sizesOf(map.layout)[axis]!, window.strides[axis]!]
    const total = size + before + after
    const count = Math.ceil((total - extent(window, axis)) / stride) + 1
    const windows = (count - 1) * stride >= size + before ? count - 1 : count
    return [before, after + Math.max(0, (windows - 1) * stride + extent(window, axis) - total)] as const
  }) as unknown as Sides
}

function pool(
  { graph }: RuleContext,
  type: 'MaxPooling2D' | 'AveragePooling2D',
  map: Activation,
  { size, strides }: Window,
  padding: Sides | 'same',
): Activation {
  const how = padding === 'same' ? 'same' : isPadded(padding) ? padding : 'valid'
  return graph.add({ type, config: { pool_size: size, strides, padding: how } }, [map], asMap)
}

const globalPool =
  (type: 'GlobalAveragePooling2D' | 'GlobalMaxPooling2D'): Rule =>
  (context) =>
    reduced(context, type, [2, 3], true)

export const globalAveragePool = globalPool('GlobalAveragePooling2D')
export const globalMaxPool = globalPool('GlobalMaxPooling2D')

const reduce =
  (type: 'GlobalAveragePooling2D' | 'GlobalMaxPooling2D'): Rule =>
  (context) => {
    const rank = activation(context, 0).axes.length
    const axes = axesOf(context.node, optional(context, 1)) ?? Array.from({ length: rank }, (_, axis) => axis)
    const places = axes.map((axis) => positive(axis, rank))
    return reduced(context, type, places, integer(context, 'keepdims', 1) === 1)
  }

export const reduceMean = reduce('GlobalAveragePooling2D')
export const reduceMax = reduce('GlobalMaxPooling2D')

/** Over height and width, or over tokens. */
function reduced(
  context: RuleContext,
  type: 'GlobalAveragePooling2D' | 'GlobalMaxPooling2D',
  axes: readonly number[],
  keepsAxes: boolean,
): Activation {
  const { graph } = context
  const value = graph.settled(activation(context, 0))
  const without = (all: readonly Axis[]): Axis[] =>
    all.flatMap((axis, place) => (axes.includes(place) ? (keepsAxes ? [[]] : []) : [axis]))
  if (axes.every((axis) => value.axes[axis]?.length === 0)) return { ...value, axes: without(value.axes) }
  const rest = value.axes.findIndex((axis, place) => axis.length > 0 && !axes.includes(place))
  const form = graph.formOf(value, rest)
  const isTokens = form?.length === 2 && type === 'GlobalAveragePooling2D'
  const isWhole = form?.slice(0, -1).every((axis) => axes.includes(axis)) === true
  if (form === null || !isWhole || !(isTokens || form.length === 3)) {
    throw graph.unsupported(`takes the ${type === 'GlobalMaxPooling2D' ? 'maximum' : 'mean'} over other axes than those of all places`) // prettier-ignore
  }
  const input = graph.inForm(value, form)
  const layer = { type: isTokens ? 'GlobalAveragePooling1D' : type, config: {} } as const
  return graph.add(layer, [input], ([channels]) => ({
    layout: [channels!],
    axes: without(value.axes.map((axis, place) => (place === rest ? channels! : axis))),
  }))
}
