import { axisSize, reshaped, sizesOf } from '../axes.ts'
import type { Arrangement, Atom } from '../axes.ts'
import { scalarOf, sizeOf } from '../constant.ts'
import type { Constant } from '../constant.ts'
import { foldConstants } from '../fold-constants.ts'
import { activation, constant, float, integer, list, optional } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import type { Activation, Value } from '../value.ts'
import { croppedMap } from './resizing.ts'
import { axesOf, axisList, positive, resolvedShape, shapeSlice, sliceRanges } from '../shapes.ts'

const FLOAT_TYPES = [1, 10, 11, 16]

export const identity: Rule = (context) => activation(context, 0)

export const cast: Rule = (context) => {
  if (FLOAT_TYPES.includes(integer(context, 'to', 1))) return activation(context, 0)
  throw context.graph.unsupported('makes whole numbers of what comes from the picture')
}

/** Left out when nothing trains, so it changes no output. */
export const dropout: Rule = (context) => {
  const ratio = optional(context, 1)
  const rate = ratio === null ? float(context, 'ratio', 0.5) : (scalarOf(ratio) ?? 0)
  const value = activation(context, 0)
  return rate === 0 ? value : context.graph.addUnary({ type: 'Dropout', config: { rate: Math.fround(rate) } }, value)
}

export const shape: Rule = (context) => shapeSlice(context.node, sizesOf(activation(context, 0).axes))

export const transposition: Rule = (context) => {
  const value = activation(context, 0)
  const order = list(context, 'perm') ?? value.axes.map((_, axis) => axis).toReversed()
  const isOrder = order.length === value.axes.length && new Set(order).size === order.length
  if (!isOrder) throw context.graph.unsupported('gives no order of its axes')
  return { ...value, axes: order.map((axis) => value.axes[positive(axis, order.length)]!) }
}

export const reshape: Rule = (context) => {
  const value = activation(context, 0)
  const asked = context.opset < 5 ? list(context, 'shape') : axisList(constant(context, 1))
  return viewed(context, value, resolvedShape(sizesOf(value.axes), asked ?? [], integer(context, 'allowzero', 0) === 1))
}

export const flatten: Rule = (context) => {
  const value = activation(context, 0)
  const sizes = sizesOf(value.axes)
  const given = integer(context, 'axis', 1)
  const axis = given < 0 ? given + sizes.length : given
  return viewed(context, value, [sizeOf(sizes.slice(0, axis)), sizeOf(sizes.slice(axis))])
}

export const squeeze: Rule = (context) => {
  const value = activation(context, 0)
  const rank = value.axes.length
  const gone = axesOf(context.node, optional(context, 1))?.map((axis) => positive(axis, rank))
  const isGone = (axis: number): boolean => (gone ? gone.includes(axis) : value.axes[axis]!.length === 0)
  if (value.axes.some((axis, place) => isGone(place) && axis.length > 0)) throw context.graph.unsupported('leaves out an axis that is not 1') // prettier-ignore
  return { ...value, axes: value.axes.filter((_, place) => !isGone(place)) }
}

export const unsqueeze: Rule = (context) => {
  const value = activation(context, 0)
  const added = axesOf(context.node, optional(context, 1)) ?? []
  const rank = value.axes.length + added.length
  const axes = [...value.axes]
  for (const axis of added.map((each) => positive(each, rank)).sort((a, b) => a - b)) axes.splice(axis, 0, [])
  return { ...value, axes }
}

/** Only where nothing is repeated. */
export const expand: Rule = (context) => {
  const value = activation(context, 0)
  const wanted = axisList(constant(context, 1))
  const axes = [...wanted.slice(value.axes.length).map(() => []), ...value.axes]
  const isSameSize = wanted.toReversed().every((size, back) => size === 1 || size === axisSize(axes.at(-1 - back)!))
  if (isSameSize) return { ...value, axes }
  throw context.graph.unsupported('repeats what comes from the picture')
}

/** One index of an axis. */
export const gather: Rule = (context) => {
  const value = activation(context, 0)
  const axis = positive(integer(context, 'axis', 0), value.axes.length)
  const indices = constant(context, 1)
  const index = scalarOf(indices)
  if (isEveryPlace(indices, axisSize(value.axes[axis]!))) {
    const sizes = sizesOf(value.axes)
    return viewed(context, value, [...sizes.slice(0, axis), ...indices.shape, ...sizes.slice(axis + 1)])
  }
  if (index === null) throw context.graph.unsupported('takes several places of a tensor by their numbers')
  const size = axisSize(value.axes[axis]!)
  const result = withRange(context, value, axis, index < 0 ? index + size : index, 1)
  return indices.shape.length > 0 ? result : { ...result, axes: result.axes.filter((_, place) => place !== axis) }
}

/** Exporters write some changes of shape in this way. */
function isEveryPlace(indices: Constant, size: number): boolean {
  return size > 1 && sizeOf(indices.shape) === size && indices.read().every((index, place) => index === place)
}

export const slice: Rule = (context) => {
  let value = activation(context, 0)
  const cropped = croppedMap(context, value)
  if (cropped !== null) return cropped
  const ranges = [1, 2, 3, 4].map((place) => optional(context, place))
  for (const { axis, start, end, step } of sliceRanges(context.node, sizesOf(value.axes), ranges, context.opset)) {
    if (step !== 1) throw context.graph.unsupported('takes every so many places of a tensor')
    value = withRange(context, value, axis, start, end - start)
  }
  return value
}

export const split: Rule = (context): Value[] => {
  const value = activation(context, 0)
  const axis = positive(integer(context, 'axis', 0), value.axes.length)
  const count = context.node.outputs.length
  const given = optional(context, 1)
  const size = axisSize(value.axes[axis]!)
  const sizes = (given ? [...given.read()] : list(context, 'split')) ?? context.node.outputs.map(() => size / count)
  if (sizes.length !== count || sizes.reduce((sum, each) => sum + each, 0) !== size) {
    throw context.graph.unsupported(`cuts an axis of ${size} into [${sizes.join(', ')}]`)
  }
  let start = 0
  return sizes.map((each) => withRange(context, value, axis, (start += each) - each, each))
}

function viewed({ graph }: RuleContext, value: Activation, sizes: readonly number[]): Activation {
  const view = reshaped(value, sizes)
  if (view !== null) return { ...value, ...view }
  throw graph.unsupported(`makes [${sizes.join(', ')}] of [${sizesOf(value.axes).join(', ')}], across its axes`)
}

/** Some places of an axis that follow each other: one of as many equal parts as fit. */
function withRange(context: RuleContext, value: Activation, axis: number, start: number, size: number): Activation {
  const sizes = sizesOf(value.axes)
  const whole = sizes[axis]!
  if (start === 0 && size === whole) return value
  const isPart = size > 0 && start >= 0 && start + size <= whole && whole % size === 0 && start % size === 0
  const cut = isPart ? reshaped(value, [...sizes.slice(0, axis), whole / size, size, ...sizes.slice(axis + 1)]) : null
  if (cut === null) throw context.graph.unsupported(`takes the places ${start} to ${start + size - 1} of an axis of ${whole}`) // prettier-ignore
  return picked(value, cut, axis, start / size)
}

/** Atoms of an axis at one index: they leave the axes. */
function picked(value: Activation, cut: Arrangement, axis: number, index: number): Activation {
  const picks = new Map<Atom, number>(value.picks)
  let rest = index
  for (const atom of cut.axes[axis]!.toReversed()) {
    picks.set(atom, rest % atom.size)
    rest = Math.floor(rest / atom.size)
  }
  return { ...value, layout: cut.layout, axes: cut.axes.filter((_, place) => place !== axis), picks }
}

/** Along the last axis of a layer, or learnt tokens in front of others. */
export const concatenation: Rule = (context) => {
  const { graph, inputs } = context
  const first = inputs.find((value) => value?.kind === 'activation')!
  const axis = positive(integer(context, 'axis', 0), first.axes.length)
  if (inputs.length === 1) return first
  const last = inputs.at(-1)
  const before = inputs.slice(0, -1).filter((value) => value?.kind === 'constant')
  if (last?.kind === 'activation' && before.length === inputs.length - 1) {
    const [tokens] = foldConstants(context.node, before, context.opset)!
    return withTokens(context, tokens!, last, axis)
  }
  const values = inputs.map((_, place) => graph.settled(activation(context, place)))
  const form = graph.formOf(values[0]!, axis)
  if (form === null) throw graph.unsupported('joins tensors along another axis than their channels')
  const parts = values.map((value) => graph.inForm(value, form))
  return graph.add({ type: 'Concatenate', config: {} }, parts, (layout) => ({
    layout: [...parts[0]!.layout.slice(0, -1), layout.at(-1)!],
    axes: values[0]!.axes.map((each, place) => (place === axis ? layout.at(-1)! : each)),
  }))
}

/** Learnt tokens in front of others. */
function withTokens({ graph }: RuleContext, tokens: Constant, others: Activation, axis: number): Activation {
  const value = graph.settled(others)
  const form = graph.formOf(value)
  if (form?.length !== 2 || form[0] !== axis) throw graph.unsupported('puts weights in front of what is no row of tokens') // prettier-ignore
  const input = graph.inForm(value, form)
  const [count, width] = [tokens.shape[axis]!, sizeOf(tokens.shape.filter((_, place) => place !== axis))]
  const token = { shape: [count, width], values: Float32Array.from(tokens.read()) }
  return graph.add({ type: 'ClassToken', config: { tokens: count }, weights: { token } }, [input], ([row]) => ({
    layout: [row!, input.layout[1]!],
    axes: value.axes.map((each, place) => (place === axis ? row! : each)),
  }))
}
