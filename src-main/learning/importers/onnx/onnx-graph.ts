import { GraftError } from '../../../contract/errors.ts'
import type { Layer, LayerType } from '../../../contract/network.ts'
import { inferLayer } from '../../network/infer.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { quoted, unsupported } from '../refusals.ts'
import { axisOf, isSame, sizesOf } from './axes.ts'
import type { Axis } from './axes.ts'
import { sizeOf } from './constant.ts'
import type { Activation, AttentionPart } from './value.ts'

export interface Weight {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export interface OnnxLayer extends GraphNode {
  readonly weights: Readonly<Record<string, Weight>>
  /** Of scores and shares of attention, which become a layer only with what stands around them. */
  readonly attention?: AttentionPart
}

export type NewLayer = Pick<OnnxLayer, 'type' | 'config'> & Partial<Pick<OnnxLayer, 'weights' | 'attention'>>

/** Which axes of a tensor a layer sees, in its order. Those that are left out are 1 wide. */
const FORMS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  4: [[2, 3, 1], [1, 2, 3]],
  3: [[1, 2], [0, 2], [2, 1], [0, 1]],
  2: [[1], [0, 1]],
  1: [[0]],
} // prettier-ignore

/** Of one picture in one layer: 4 GiB. */
const MOST_NUMBERS = 2 ** 30

/** Channels first become channels last. */
export const MAP = [2, 3, 1] as const

/** The layers that an ONNX graph becomes, in the order in which they are added. */
export class OnnxGraph {
  readonly nodes: OnnxLayer[] = []
  /** What the user should know. */
  readonly problems = new Set<string>()
  /** Module or node that is being read, for names and messages. */
  title = ''

  layerOf({ node }: Pick<Activation, 'node'>): OnnxLayer {
    return this.nodes[node]!
  }

  /** A layer on values as they lie in memory. Its output has the given axes, else those that `axes` gives for its shape. */
  add(
    { weights = {}, attention, ...layer }: NewLayer,
    inputs: readonly Pick<Activation, 'node'>[],
    arrange: (layout: readonly Axis[]) => Pick<Activation, 'axes'> & Partial<Pick<Activation, 'layout'>>,
    suffix = '',
  ): Activation {
    const title = `${this.title}${suffix}`
    const places = inputs.map(({ node }) => node)
    const shape = attention?.shape ?? this.#shapeOf(title, layer, places)
    if (sizeOf(shape) > MOST_NUMBERS) throw this.unsupported(`gives [${shape.join(', ')}], more than memory holds`)
    this.nodes.push({ title, ...layer, weights, inputs: places, shape, ...(attention ? { attention } : {}) })
    const layout = shape.map(axisOf)
    return {
      kind: 'activation',
      node: this.nodes.length - 1,
      layout,
      ...arrange(layout),
      picks: new Map(),
      scale: 1,
      isAlone: true,
    }
  }

  /** A layer that changes each number by itself. */
  addUnary(layer: NewLayer, value: Activation, suffix = ''): Activation {
    const input = this.settled(value)
    return this.add(layer, [input], () => ({ layout: input.layout, axes: input.axes }), suffix)
  }

  /** The value's layer with other arguments and weights. The old one is left out where nothing else uses it. */
  replace(value: Activation, change: Partial<Pick<OnnxLayer, 'config' | 'weights' | 'type'>>): Activation {
    this.nodes.push({ ...this.layerOf(value), ...change })
    return { ...value, node: this.nodes.length - 1 }
  }

  /** With nothing still to be done but the order of axes. */
  settled(value: Activation): Activation {
    if (this.layerOf(value).attention !== undefined) throw this.unsupportedAttention()
    const whole = value.picks.size === 0 ? value : this.#selected(value)
    if (whole.scale === 1) return whole
    const rescaled = { type: 'Rescaling', config: { scale: whole.scale, offset: 0 } } as const
    const result = this.add(rescaled, [whole], () => ({ layout: whole.layout, axes: whole.axes }), '.scale')
    return { ...result, isAlone: whole.isAlone }
  }

  /** One token. */
  #selected(value: Activation): Activation {
    const [[atom, index] = []] = value.picks
    const [tokens, ...rest] = value.layout
    if (value.picks.size > 1 || rest.length !== 1 || !isSame(tokens!, [atom!])) {
      throw this.unsupported('takes a part of a tensor that is no single token')
    }
    const layout = rest
    return this.add({ type: 'SelectToken', config: { index } }, [value], () => ({ layout, axes: value.axes }), '.token')
  }

  /** The value as a layer sees it whose axes are these of the tensor; a Reshape where it lies so but for its shape. Throws E_MODEL_UNSUPPORTED
   *  where numbers would have to change places. */
  inForm(given: Activation, form: readonly number[]): Activation {
    const value = this.settled(given)
    const layout = form.map((axis) => value.axes[axis]!)
    const isWhole = value.axes.every((axis, place) => axis.length === 0 || form.includes(place))
    if (!isWhole || !isSame(layout.flat(), value.layout.flat())) {
      throw this.unsupported('needs numbers in another order than they lie in')
    }
    return this.#withShape({ ...value, layout })
  }

  #withShape(value: Activation): Activation {
    const { shape, type, inputs } = this.layerOf(value)
    const sizes = sizesOf(value.layout)
    if (String(sizes) === String(shape)) return value
    const { layout, axes } = value
    const arrange = (): Pick<Activation, 'axes' | 'layout'> => ({ layout, axes })
    const isPool = type === 'GlobalAveragePooling2D' || type === 'GlobalMaxPooling2D'
    if (isPool && shape.length === 1 && sizes.length === 3) {
      const { title } = this.layerOf(value)
      const keepdims = { type, config: { keepdims: true } }
      return this.#titled(title, () => this.add(keepdims, [{ node: inputs[0]! }], arrange))
    }
    if (sizes.length === 1) return this.add({ type: 'Flatten', config: {} }, [value], arrange, '.flatten')
    return this.add({ type: 'Reshape', config: { target_shape: sizes } }, [value], arrange, '.reshape')
  }

  #titled<T>(title: string, make: () => T): T {
    const before = this.title
    this.title = title
    const made = make()
    this.title = before
    return made
  }

  /** The first form that the value has and that ends in an axis; a form that needs no Reshape comes first. null: none. */
  formOf(value: Activation, last: number | null = null): readonly number[] | null {
    const rank = value.axes.length
    const forms = (FORMS[rank] ?? []).filter((form) => last === null || form.at(-1) === last)
    const fits = forms.filter((form) => {
      const rest = value.axes.filter((_, axis) => !form.includes(axis))
      return rest.every(({ length }) => length === 0) && isSame(form.flatMap((axis) => value.axes[axis]!), value.layout.flat()) // prettier-ignore
    })
    const shape = String(this.layerOf(value).shape)
    const isPlain = (form: readonly number[]): boolean =>
      String(form.map((axis) => sizesOf(value.axes)[axis])) === shape
    return fits.find(isPlain) ?? fits[0] ?? null
  }

  /** As an output of the network: numbers in a row, tokens, or a map. A map that was flattened channels first ends as a map. */
  asOutput(given: Activation): Activation {
    const value = this.settled(given)
    const form = this.formOf(value)
    if (form !== null) return this.inForm(value, form)
    const flat = value.axes.filter(({ length }) => length > 0)
    if (flat.length !== 1) throw this.unsupported('is an output whose axes are in another order than they lie in')
    this.problems.add(`The output ${quoted(this.title)} is a flattened map, channels first: the network ends in the map itself.`) // prettier-ignore
    return value
  }

  /** What outputs need, in the order in which it was added. */
  reaching(outputs: readonly number[]): Graph<OnnxLayer> {
    const needed = new Set([0, ...outputs])
    for (let place = this.nodes.length - 1; place >= 0; place--) {
      if (needed.has(place)) for (const input of this.nodes[place]!.inputs) needed.add(input)
    }
    const kept = [...needed].sort((a, b) => a - b)
    const moved = new Map(kept.map((place, index) => [place, index]))
    return {
      nodes: kept.map((place) => {
        const node = this.nodes[place]!
        return { ...node, inputs: node.inputs.map((input) => moved.get(input)!) }
      }),
      outputs: outputs.map((output) => moved.get(output)!),
    }
  }

  unsupported(why: string): GraftError {
    return unsupported(
      `The node ${quoted(this.title)} ${why}: Graft has no layer for it.`,
      'Export a model without it, or one that ends before it.',
      { layer: this.title },
    )
  }

  unsupportedAttention(): GraftError {
    return this.unsupported('is part of an attention that is not the plain one of vision transformers (no mask, no bias on the scores, keys and values of the same tokens)') // prettier-ignore
  }

  #shapeOf(
    title: string,
    { type, config }: Pick<Layer, 'config'> & { type: LayerType },
    places: readonly number[],
  ): number[] {
    try {
      const layer: Layer = { name: quoted(title), type, config, inputs: [], block: '' }
      return inferLayer(layer, places.map((place) => [...this.nodes[place]!.shape])).outputShape // prettier-ignore
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
      throw unsupported(error.message, 'Export a model without this node, or with arguments that Graft has.', { layer: title }) // prettier-ignore
    }
  }
}
