import type { Layer, Network } from '../../contract/network.ts'
import { inferLayer } from './infer.ts'
import { layerConfig } from './layer-config.ts'

type Grid = [number, number]
type Shape = number[]

/** The network for inputs of another size, with the weights that it has. Tokens become as many as the new map has places, and learnt
 *  positions are stretched to them. Throws E_NETWORK_SHAPE where a layer does not work on the new size. */
export function resizeNetwork(network: Network, shape: readonly number[]): Network {
  const [input, ...rest] = network.layers
  const resizedInput = withConfig(input!, { shape: [...shape] })
  // Without tokens nothing but the input says a size, and whether it fits is for others to tell.
  if (!rest.some(({ type }) => type === 'Reshape')) return { ...network, layers: [resizedInput, ...rest] }
  const before = new Map<string, Shape>()
  const after = new Map<string, Shape>()
  /** Rows and columns that tokens come from, at both sizes. */
  const grids = new Map<string, Grids>()
  const layers = network.layers.map((layer, index) => {
    const [first = ''] = layer.inputs
    const sizes = { before: before.get(first) ?? [], after: after.get(first) ?? [] }
    const made = tokensOf(layer, sizes)
    const grid = made ?? grids.get(first)
    const isOther = grid !== undefined && grid.from.join() !== grid.to.join()
    const makesTokens = made !== undefined
    const changed = index === 0 ? resizedInput : isOther ? resizedLayer(layer, sizes, grid, makesTokens) : layer
    before.set(layer.name, shapeOf(layer, before))
    after.set(layer.name, shapeOf(changed, after))
    if (grid !== undefined) grids.set(layer.name, grid)
    return changed
  })
  return { ...network, layers }
}

interface Grids {
  readonly from: Grid
  readonly to: Grid
}

interface Sizes {
  readonly before: Shape
  readonly after: Shape
}

function shapeOf(layer: Layer, shapes: ReadonlyMap<string, Shape>): Shape {
  return inferLayer(layer, layer.inputs.map((name) => shapes.get(name) ?? [])).outputShape // prettier-ignore
}

/** The grid of a Reshape that makes each place of a map a token. */
function tokensOf(layer: Layer, { before, after }: Sizes): Grids | undefined {
  if (layer.type !== 'Reshape' || before.length !== 3) return undefined
  const { outputShape } = inferLayer(layer, [before])
  const [height, width, channels] = before as [number, number, number]
  const isTokens = outputShape.length === 2 && outputShape[1] === channels
  return isTokens ? { from: [height, width], to: [after[0]!, after[1]!] } : undefined
}

function resizedLayer(layer: Layer, sizes: Sizes, grid: Grids, makesTokens: boolean): Layer {
  if (makesTokens) return withConfig(layer, { target_shape: [grid.to[0] * grid.to[1], sizes.after[2]!] })
  if (layer.type !== 'PositionalEmbedding') return layer
  // What was stretched before is stretched from what was learnt, not once more.
  const { resized } = layerConfig(layer, 'PositionalEmbedding')
  const learnt = resized ?? { prefix: sizes.before[0]! - grid.from[0] * grid.from[1], from: grid.from }
  return withConfig(layer, { resized: { ...learnt, to: grid.to } })
}

function withConfig(layer: Layer, config: Record<string, unknown>): Layer {
  return { ...layer, config: { ...layer.config, ...config } }
}
