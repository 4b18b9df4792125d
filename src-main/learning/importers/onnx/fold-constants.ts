import { brokenFile, quoted } from '../refusals.ts'
import { constantOf, integers, scalarOf, sizeOf, stridesOf } from './constant.ts'
import type { Constant, Numbers } from './constant.ts'
import type { OnnxNode } from './model-proto.ts'
import { axesOf, axisList, broadcastShape, positive, resolvedShape, shapeSlice, sliceRanges } from './shapes.ts'

/** What a node of constants gives; null: it is not known here. Throws E_MODEL_FILE for more numbers than any network has. */
export function foldConstants(node: OnnxNode, inputs: readonly (Constant | null)[], opset: number): Constant[] | null {
  const fold = Object.hasOwn(FOLDS, node.op) ? FOLDS[node.op]! : null
  if (fold !== null) checkInputs(node, inputs)
  const result = fold?.(node, inputs as readonly Constant[], opset) ?? null
  return result === null || Array.isArray(result) ? (result as Constant[] | null) : [result as Constant]
}

/** How many inputs an operator cannot do without, where it is not one. */
const NEEDED: Readonly<Record<string, number>> = {
  Constant: 0, Reshape: 2, Expand: 2, Gather: 2, Where: 3, Range: 3,
  ...Object.fromEntries(['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Pow', 'Min', 'Max', 'Equal', 'Greater', 'Less', 'And', 'Or'].map((op) => [op, 2])),
} // prettier-ignore

function checkInputs({ name, op }: OnnxNode, inputs: readonly (Constant | null)[]): void {
  const needed = op === 'Concat' ? Math.max(1, inputs.length) : (NEEDED[op] ?? 1)
  const given = inputs.slice(0, needed).filter((input) => input !== null).length
  if (given < needed)
    throw brokenFile(`Expected ${needed} inputs of the node ${quoted(name || op)}. Received: ${given}.`)
}

type Fold = (node: OnnxNode, inputs: readonly Constant[], opset: number) => Constant | Constant[] | null

/** Most numbers that a constant may grow to: 64 MiB. */
const MOST = 2 ** 24

const same: Fold = (_node, [x]) => x!

const integerAttribute = (node: OnnxNode, name: string, otherwise: number): number =>
  node.attributes.get(name)?.integer ?? otherwise

const list = (constant: Constant | null | undefined): number[] => [...(constant?.read() ?? [])]

const FLOAT_TYPES = [1, 10, 11, 16]

/** Exporters compute shapes, positions and scales with these. */
const FOLDS: Readonly<Record<string, Fold>> = {
  Identity: same,
  Dropout: same,
  Constant(node) {
    const value = (name: string) => node.attributes.get(name)
    const tensor = value('value')?.tensor
    if (tensor) return tensor
    const [integer, float] = [value('value_int'), value('value_float')]
    if (integer) return constantOf([], Float64Array.of(integer.integer), true)
    if (float) return constantOf([], Float32Array.of(float.float), false)
    const [whole, real] = [value('value_ints'), value('value_floats')]
    if (whole) return integers(...whole.integers)
    return real ? constantOf([real.floats.length], Float32Array.from(real.floats), false) : null
  },
  ConstantOfShape(node, [shape]) {
    const tensor = node.attributes.get('value')?.tensor ?? null
    const sizes = axisList(shape)
    const values = new Float64Array(countOf(sizes)).fill(tensor === null ? 0 : (scalarOf(tensor) ?? 0))
    const isInteger = tensor?.isInteger ?? false
    return constantOf(sizes, isInteger ? values : Float32Array.from(values), isInteger)
  },
  Shape: (node, [x]) => shapeSlice(node, x!.shape),
  Size: (_node, [x]) => constantOf([], Float64Array.of(sizeOf(x!.shape)), true),
  Cast(node, [x]) {
    const isFloat = FLOAT_TYPES.includes(integerAttribute(node, 'to', 1))
    if (isFloat !== x!.isInteger) return x!
    return constantOf(x!.shape, isFloat ? Float32Array.from(x!.read()) : Float64Array.from(x!.read(), Math.trunc), !isFloat) // prettier-ignore
  },
  Reshape(node, [x, shape]) {
    const allowZero = integerAttribute(node, 'allowzero', 0) === 1
    return { ...x!, shape: resolvedShape(x!.shape, axisList(shape), allowZero) }
  },
  Unsqueeze(node, [x, axes]) {
    const shape = [...x!.shape]
    const places = axesOf(node, axes) ?? []
    const rank = shape.length + places.length
    for (const axis of places.map((place) => (place < 0 ? place + rank : place)).sort((a, b) => a - b)) shape.splice(axis, 0, 1) // prettier-ignore
    return { ...x!, shape }
  },
  Squeeze(node, [x, axes]) {
    const places = axesOf(node, axes)?.map((axis) => (axis < 0 ? axis + x!.shape.length : axis))
    return { ...x!, shape: x!.shape.filter((size, axis) => (places ? !places.includes(axis) : size !== 1)) }
  },
  Transpose(node, [x]) {
    const order = node.attributes.get('perm')?.integers ?? x!.shape.map((_, axis) => axis).toReversed()
    const strides = stridesOf(x!.shape)
    return gathered(x!, order.map((axis) => x!.shape[axis]!), order.map((axis) => strides[axis]!)) // prettier-ignore
  },
  Expand: (_node, [x, shape]) => broadcast(x!, broadcastShape(x!.shape, axisList(shape))),
  Gather(node, [x, indices]) {
    const axis = positive(integerAttribute(node, 'axis', 0), x!.shape.length)
    const size = x!.shape[axis]!
    const picked = list(indices).map((index) => (index < 0 ? index + size : index))
    if (picked.some((index) => !(index >= 0 && index < size))) throw outside(node)
    const [before, after] = [x!.shape.slice(0, axis), x!.shape.slice(axis + 1)]
    const inner = sizeOf(after)
    const from = x!.read()
    const values = emptyLike(x!, countOf([...before, picked.length, ...after]))
    let at = 0
    for (let outer = 0; outer < sizeOf(before); outer++)
      for (const index of picked)
        for (let i = 0; i < inner; i++) values[at++] = from[(outer * size + index) * inner + i]!
    return constantOf([...before, ...indices!.shape, ...after], values, x!.isInteger)
  },
  Slice(node, [x, ...ranges], opset) {
    let result = x!
    for (const { axis, start, end, step } of sliceRanges(node, x!.shape, ranges, opset)) {
      const size = Math.max(0, Math.ceil((end - start) / step))
      const index = constantOf(
        [size],
        Float64Array.from({ length: size }, (_, i) => start + i * step),
        true,
      )
      const gather = { ...node, attributes: new Map([['axis', { integer: axis } as never]]) }
      result = FOLDS['Gather']!(gather, [result, index], opset) as Constant
    }
    return result
  },
  Concat(node, inputs) {
    const axis = positive(integerAttribute(node, 'axis', 0), inputs[0]!.shape.length)
    const shape = inputs[0]!.shape.map((size, place) => (place === axis ? inputs.reduce((sum, each) => sum + each.shape[axis]!, 0) : size)) // prettier-ignore
    const rows = sizeOf(shape.slice(0, axis))
    const values = emptyLike(inputs[0]!, countOf(shape))
    const parts = inputs.map((each) => each.read())
    let at = 0
    for (let row = 0; row < rows; row++)
      for (const part of parts)
        for (let i = 0; i < part.length / rows; i++) values[at++] = part[(row * part.length) / rows + i]!
    return constantOf(shape, values, inputs[0]!.isInteger)
  },
  Where: (_node, [condition, a, b]) => {
    const shape = [condition!, a!, b!].reduce<number[]>((sizes, each) => broadcastShape(sizes, each.shape), [])
    const [is, yes, no] = [condition!, a!, b!].map((each) => broadcast(each, shape).read())
    return constantOf(shape, emptyLike(a!, countOf(shape)).map((_, i) => (is![i] ? yes![i]! : no![i]!)), a!.isInteger) // prettier-ignore
  },
  Range(_node, inputs) {
    const [start, limit, step] = inputs.map((each) => scalarOf(each) ?? 0) as [number, number, number]
    const count = countOf([Math.max(0, Math.ceil((limit - start) / step))])
    return constantOf([count], emptyLike(inputs[0]!, count).map((_, i) => start + i * step), inputs[0]!.isInteger) // prettier-ignore
  },
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: (node, [a, b], opset) =>
    binary(a!.isInteger ? (x, y) => Math.trunc(x / y) : (x, y) => x / y)(node, [a!, b!], opset),
  Mod: binary((a, b) => a - b * Math.floor(a / b)),
  Pow: binary((a, b) => a ** b),
  Min: binary(Math.min),
  Max: binary(Math.max),
  Clip(_node, [x, low, high], opset) {
    const above = low ? (FOLDS['Max']!(_node, [x!, low], opset) as Constant) : x!
    return high ? FOLDS['Min']!(_node, [above, high], opset) : above
  },
  Equal: binary((a, b) => Number(a === b)),
  Greater: binary((a, b) => Number(a > b)),
  Less: binary((a, b) => Number(a < b)),
  And: binary((a, b) => Number(a !== 0 && b !== 0)),
  Or: binary((a, b) => Number(a !== 0 || b !== 0)),
  Not: unary((a) => Number(a === 0)),
  Neg: unary((a) => -a),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Reciprocal: unary((a) => 1 / a),
}

function broadcast(x: Constant, shape: readonly number[]): Constant {
  if (String(x.shape) === String(shape)) return x
  const strides = stridesOf(x.shape)
  const own = shape.map((_, axis) => axis - shape.length + x.shape.length)
  return gathered(x, shape, own.map((axis) => ((x.shape[axis] ?? 1) === 1 ? 0 : strides[axis]!))) // prettier-ignore
}

/** The numbers that lie in steps of `strides`. */
function gathered(x: Constant, shape: readonly number[], strides: readonly number[]): Constant {
  const count = sizeOf(shape)
  if (count > sizeOf(x.shape)) countOf(shape)
  const from = x.read()
  const values = emptyLike(x, count)
  const index = shape.map(() => 0)
  for (let at = 0, place = 0; at < count; at++) {
    values[at] = from[place]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      place -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return constantOf(shape, values, x.isInteger)
}

function binary(compute: (a: number, b: number) => number): Fold {
  return (_node, [a, b]) => {
    const shape = broadcastShape(a!.shape, b!.shape)
    countOf(shape)
    const [x, y] = [broadcast(a!, shape).read(), broadcast(b!, shape).read()]
    return constantOf(shape, x.map((value, i) => compute(value, y[i]!)) as Numbers, a!.isInteger) // prettier-ignore
  }
}

function unary(compute: (a: number) => number): Fold {
  return (_node, [a]) => constantOf(a!.shape, a!.read().map(compute) as Numbers, a!.isInteger)
}

function emptyLike(x: Constant, count: number): Numbers {
  return x.isInteger ? new Float64Array(count) : new Float32Array(count)
}

function countOf(shape: readonly number[]): number {
  const count = sizeOf(shape)
  if (count <= MOST && shape.every((size) => size >= 0)) return count
  throw brokenFile(`Expected a constant of at most ${MOST} numbers. Received: one of shape [${shape.join(', ')}].`)
}

function outside(node: OnnxNode): Error {
  return brokenFile(`Expected the node ${node.name} (${node.op}) to take places that are there. Received: others.`)
}
