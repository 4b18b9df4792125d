import type { ActivationName } from '../../../network/layer-configs/arguments.ts'
import { attentionShares } from '../attention.ts'
import { isSame } from '../axes.ts'
import { scalarOf, sizeOf } from '../constant.ts'
import { activation, constant, float, floats, integer, optional, text } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { rounded } from './normalization.ts'
import { positive } from '../shapes.ts'
import type { Activation } from '../value.ts'

export const plain =
  (name: ActivationName): Rule =>
  (context) =>
    context.graph.addUnary({ type: 'Activation', config: { activation: name } }, activation(context, 0))

export const relu: Rule = (context) => context.graph.addUnary({ type: 'ReLU', config: {} }, activation(context, 0))

export const leakyRelu: Rule = (context) => {
  const config = { negative_slope: rounded(float(context, 'alpha', 0.01)) }
  return context.graph.addUnary({ type: 'LeakyReLU', config }, activation(context, 0))
}

/** One slope for all, or one for each channel. */
export const prelu: Rule = (context) => {
  const { graph } = context
  const value = graph.settled(activation(context, 0))
  const slopes = constant(context, 1)
  const channels = graph.layerOf(value).shape.at(-1)!
  const isOfChannels = sizeOf(slopes.shape) === channels && isSame(value.axes[1] ?? [], value.layout.at(-1)!)
  if (sizeOf(slopes.shape) !== 1 && !isOfChannels) throw graph.unsupported('has slopes that are not of the channels')
  const values = new Float32Array(channels).map((_, index) => floats(slopes)[isOfChannels ? index : 0]!)
  const rank = graph.layerOf(value).shape.length
  const shared = Array.from({ length: rank - 1 }, (_, axis) => axis + 1)
  const alpha = { shape: [...shared.map(() => 1), channels], values }
  return graph.addUnary({ type: 'PReLU', config: { shared_axes: shared }, weights: { alpha } }, value)
}

/** With 1/6 and 1/2 it is Keras'; with others it is a line that is cut off at 0 and 1. */
export const hardSigmoid: Rule = (context) => {
  const [alpha, beta] = [float(context, 'alpha', 0.2), float(context, 'beta', 0.5)]
  if (Math.abs(alpha - 1 / 6) < 1e-6 && beta === 0.5) return plain('hard_sigmoid')(context)
  const { graph } = context
  const config = { scale: rounded(alpha), offset: rounded(beta) }
  const line = graph.addUnary({ type: 'Rescaling', config }, activation(context, 0), '.line')
  return graph.addUnary({ type: 'ReLU', config: { max_value: 1 } }, line)
}

export const elu: Rule = (context) => {
  if (float(context, 'alpha', 1) !== 1) throw context.graph.unsupported('is an ELU whose alpha is not 1')
  return plain('elu')(context)
}

export const gelu: Rule = (context) => plain(text(context, 'approximate', 'none') === 'tanh' ? 'gelu_tanh' : 'gelu')(context) // prettier-ignore

/** From 0 up, or from a slope on, with or without a largest value. */
export const clip: Rule = (context) => {
  const { graph } = context
  const bound = (place: number, name: string, otherwise: number): number => {
    if (context.opset < 11) return float(context, name, otherwise)
    const given = optional(context, place)
    return (given === null ? otherwise : scalarOf(given)) ?? otherwise
  }
  const [low, high] = [bound(1, 'min', -Infinity), bound(2, 'max', Infinity)]
  // The largest float32 is what a bound that is left open was before version 11.
  const isOpen = high > 3.4e38
  const bent = low < -3.4e38 && !isOpen ? boundedLeaky(context, high) : null
  if (bent !== null) return bent
  if (low !== 0 || !(high > 0)) throw graph.unsupported(`keeps numbers between ${low} and ${high}`)
  return graph.addUnary({ type: 'ReLU', config: isOpen ? {} : { max_value: rounded(high) } }, activation(context, 0))
}

/** A leaky ReLU that is bounded above is one layer. */
function boundedLeaky(context: RuleContext, high: number): Activation | null {
  const value = activation(context, 0)
  const { type, config } = context.graph.layerOf(value)
  if (type !== 'LeakyReLU' || !value.isAlone || value.scale !== 1 || !(high > 0)) return null
  const { negative_slope: slope } = config
  return context.graph.replace(value, { type: 'ReLU', config: { negative_slope: slope, max_value: rounded(high) } })
}

export const softmax: Rule = (context) => overLast(context, 'softmax')

/** What differs from logits by one number for all classes. It is left out where the network ends in it. */
export const logSoftmax: Rule = (context) => {
  const isLast = context.isOutput(context.node.outputs[0] ?? '')
  if (!isLast) throw context.graph.unsupported('takes the logarithm of a softmax inside the network')
  context.graph.problems.add(
    'The network ends in a logarithm of a softmax, which was left out: its outputs are logits.',
  )
  // Over another axis it is refused like a softmax; what that gives leads nowhere.
  overLast(context, 'softmax')
  return activation(context, 0)
}

function overLast(context: RuleContext, name: 'softmax'): ReturnType<Rule> {
  const { graph, opset } = context
  const given = activation(context, 0)
  const start = positive(integer(context, 'axis', opset < 13 ? 1 : -1), given.axes.length)
  // Before version 13 it was over all axes from the given one on.
  const axis = opset < 13 ? given.axes.slice(start).flat() : given.axes[start]!
  if (graph.layerOf(given).attention !== undefined) {
    if (start !== given.axes.length - 1) throw graph.unsupportedAttention()
    return attentionShares(graph, given, given.axes.at(-1)!)
  }
  const value = graph.settled(given)
  const input = isSame(value.layout.at(-1)!, axis) ? value : graph.inForm(value, graph.formOf(value, start) ?? [])
  return graph.addUnary({ type: 'Activation', config: { activation: name } }, input)
}
