import { sizesOf } from '../axes.ts'
import { scalarOf, sizeOf } from '../constant.ts'
import type { OnnxGraph } from '../onnx-graph.ts'
import { MAP } from '../onnx-graph.ts'
import { activation, constant, float, floats, integer, list, optional, text } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import type { Activation } from '../value.ts'
import { asMap, rankOfMap } from './convolution.ts'
import { positive } from '../shapes.ts'

/** Of a training graph the averages are taken, as of any other. ONNX counts momentum as Keras does: the share that is kept. */
export const batchNormalization: Rule = (context) => {
  const { graph } = context
  const value = graph.settled(activation(context, 0))
  const form = graph.formOf(value, 1)
  if (form === null) throw graph.unsupported('normalises another axis than the channels')
  const input = graph.inForm(value, form)
  const names = ['gamma', 'beta', 'moving_mean', 'moving_variance']
  const weights = Object.fromEntries(
    names.map((name, index) => {
      const stored = constant(context, index + 1)
      return [name, { shape: stored.shape, values: floats(stored) }]
    }),
  )
  const [epsilon, momentum] = [rounded(float(context, 'epsilon', 1e-5)), rounded(float(context, 'momentum', 0.9))]
  if (integer(context, 'spatial', 1) === 0) throw graph.unsupported('normalises each place by itself')
  return graph.add({ type: 'BatchNormalization', config: { epsilon, momentum }, weights }, [input], () => ({
    layout: input.layout,
    axes: value.axes,
  }))
}

/** What was written as a float32: 1e-5, not 9.999999747378752e-6. */
export function rounded(value: number): number {
  return Number(value.toPrecision(7))
}

/** Over the last axis. */
export const layerNormalization: Rule = (context) => {
  const { graph } = context
  const value = activation(context, 0)
  const axis = positive(integer(context, 'axis', -1), value.axes.length)
  const [gamma, beta] = [constant(context, 1), optional(context, 2)]
  const isLast = value.axes.slice(axis + 1).every(({ length }) => length === 0)
  if (!isLast) throw graph.unsupported('normalises over several axes')
  const weights = {
    gamma: { shape: [sizeOf(gamma.shape)], values: floats(gamma) },
    ...(beta === null ? {} : { beta: { shape: [sizeOf(beta.shape)], values: floats(beta) } }),
  }
  return addLayerNorm(graph, value, axis, float(context, 'epsilon', 1e-5), weights)
}

export function addLayerNorm(
  graph: OnnxGraph,
  given: Activation,
  axis: number,
  epsilon: number,
  weights: Record<string, { shape: number[]; values: Float32Array }>,
): Activation {
  const value = graph.settled(given)
  const form = graph.formOf(value, axis)
  if (form === null) throw graph.unsupported('normalises over another axis than the last one')
  const input = graph.inForm(value, form)
  const config = {
    epsilon: rounded(epsilon),
    ...(weights['gamma'] ? {} : { scale: false }),
    ...(weights['beta'] ? {} : { center: false }),
  }
  const { layout } = input
  return graph.add({ type: 'LayerNormalization', config, weights }, [input], () => ({ layout, axes: value.axes }))
}

/** Zeros around a map, or a part of it. */
export const pad: Rule = (context) => {
  const { graph } = context
  const value = activation(context, 0)
  const tokens = placesForTokens(context, value)
  if (tokens !== null) return tokens
  const map = graph.inForm(rankOfMap(context, value), MAP)
  const given = optional(context, 1)
  const pads = given ? [...given.read()] : (list(context, context.opset < 2 ? 'paddings' : 'pads') ?? [])
  const filling = optional(context, 2)
  const fill = filling === null ? float(context, 'value', 0) : scalarOf(filling)
  const chosen = optional(context, 3)
  const axes = chosen === null ? [0, 1, 2, 3] : [...chosen.read()].map((axis) => positive(axis, 4))
  const sides = [0, 1, 2, 3].map((axis) => {
    const place = axes.indexOf(axis)
    return place === -1 ? [0, 0] : [pads[place] ?? 0, pads[place + axes.length] ?? 0]
  })
  const [batch, channels, vertical, horizontal] = sides as [number[], number[], number[], number[]]
  const isOfMap = [...batch, ...channels].every((side) => side === 0)
  const signs = new Set([...vertical, ...horizontal].filter((side) => side !== 0).map(Math.sign))
  if (text(context, 'mode', 'constant') !== 'constant' || fill !== 0 || !isOfMap || signs.size > 1) {
    throw graph.unsupported('pads by other than zeros around the map')
  }
  if (signs.size === 0) return map
  const positives = [vertical, horizontal].map((side) => side.map(Math.abs))
  if (signs.has(1)) return graph.add({ type: 'ZeroPadding2D', config: { padding: positives } }, [map], asMap)
  return graph.add({ type: 'Cropping2D', config: { cropping: positives } }, [map], asMap)
}

/** More than anybody puts in front: a file must not decide how much is reserved. */
const MOST_TOKENS = 1024

/** Empty places in front of tokens, where others are added to. */
function placesForTokens(context: RuleContext, given: Activation): Activation | null {
  const { graph } = context
  const [before, count, after, ...behind] = [...(optional(context, 1)?.read() ?? [])]
  const isInFront =
    given.axes.length === 3 &&
    before === 0 &&
    count! > 0 &&
    count! <= MOST_TOKENS &&
    [after, ...behind].every((side) => side === 0)
  const isZero = optional(context, 2) === null && optional(context, 3) === null
  if (!isInFront || !isZero || text(context, 'mode', 'constant') !== 'constant') return null
  const input = graph.inForm(given, [1, 2])
  const width = sizesOf(input.layout)[1]!
  const token = { shape: [count!, width], values: new Float32Array(count! * width) }
  return graph.add({ type: 'ClassToken', config: { tokens: count! }, weights: { token } }, [input], ([row]) => ({
    layout: [row!, input.layout[1]!],
    axes: [given.axes[0]!, row!, given.axes[2]!],
  }))
}
