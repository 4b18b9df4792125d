import type { Graph, GraphNode } from './graph.ts'

/** relu6(x + 3) / 6, written as functions, is the activation hard_sigmoid; x times that is hard_silu. */
export function foldedFunctions<N extends GraphNode>(graph: Graph<N>): Graph<N> {
  return folded(folded(graph, hardSigmoid), hardSilu)
}

/** Says what a node becomes together with nodes before it, which vanish; null: it stays. */
type Fold = <N extends GraphNode>(
  graph: Graph<N>,
  place: number,
  isPrivate: (place: number) => boolean,
) => { node: N; gone: number[] } | null

function folded<N extends GraphNode>(graph: Graph<N>, fold: Fold): Graph<N> {
  const uses = graph.nodes.map(() => 0)
  for (const place of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]) uses[place]! += 1
  const gone = new Set<number>()
  const nodes = graph.nodes.map((node, place) => {
    const found = fold(graph, place, (other) => uses[other] === 1)
    for (const other of found?.gone ?? []) gone.add(other)
    return found?.node ?? node
  })
  return without({ nodes, outputs: graph.outputs }, gone)
}

const hardSigmoid: Fold = ({ nodes }, place, isPrivate) => {
  const last = nodes[place]!
  const [clipped = -1] = last.inputs
  const [shifted = -1] = nodes[clipped]?.inputs ?? []
  const isPattern =
    isRescaling(last, 1 / 6, 0) &&
    nodes[clipped]?.type === 'ReLU' &&
    nodes[clipped].config['max_value'] === 6 &&
    isRescaling(nodes[shifted], 1, 3)
  if (!isPattern || !isPrivate(clipped) || !isPrivate(shifted)) return null
  const node = {
    ...last,
    type: 'Activation' as const,
    config: { activation: 'hard_sigmoid' },
    inputs: nodes[shifted]!.inputs,
  }
  return { node, gone: [clipped, shifted] }
}

const hardSilu: Fold = ({ nodes }, place, isPrivate) => {
  const last = nodes[place]!
  if (last.type !== 'Multiply' || last.inputs.length !== 2) return null
  const gate = last.inputs.find((input) => {
    const { type, config, inputs } = nodes[input]!
    return type === 'Activation' && config['activation'] === 'hard_sigmoid' && last.inputs.includes(inputs[0]!)
  })
  if (gate === undefined || !isPrivate(gate)) return null
  const node = {
    ...last,
    type: 'Activation' as const,
    config: { activation: 'hard_silu' },
    inputs: nodes[gate]!.inputs,
  }
  return { node, gone: [gate] }
}

function isRescaling(node: GraphNode | undefined, scale: number, offset: number): boolean {
  if (node?.type !== 'Rescaling') return false
  const { scale: ownScale, offset: ownOffset } = node.config
  return typeof ownScale === 'number' && Math.abs(ownScale - scale) < 1e-6 && ownOffset === offset
}

/** The graph without nodes that nothing needs any more; places are counted anew. */
function without<N extends GraphNode>({ nodes, outputs }: Graph<N>, gone: ReadonlySet<number>): Graph<N> {
  let next = 0
  const moved = nodes.map((_, place) => (gone.has(place) ? -1 : next++))
  return {
    nodes: nodes
      .filter((_, place) => !gone.has(place))
      .map((node) => ({ ...node, inputs: node.inputs.map((input) => moved[input]!) })),
    outputs: outputs.map((output) => moved[output]!),
  }
}

const SHAPING = ['Flatten', 'Reshape', 'Activation']

/** What the classifier sees: the layer before the last Dense, or before a last convolution over a single place; without a classifier the output. */
export function featuresOf({ nodes, outputs }: Graph<GraphNode>): number {
  const output = outputs[0]!
  let place = output
  while (SHAPING.includes(nodes[place]!.type) && place !== 0) place = nodes[place]!.inputs[0]!
  if (!isClassifier(nodes, place)) return output
  place = nodes[place]!.inputs[0]!
  while (nodes[place]!.type === 'Dropout') place = nodes[place]!.inputs[0]!
  return place === 0 ? output : place
}

function isClassifier(nodes: readonly GraphNode[], place: number): boolean {
  const { type, shape, inputs } = nodes[place]!
  if (type === 'Dense') return shape.length === 1
  const before = nodes[inputs[0] ?? 0]!.shape
  return type === 'Conv2D' && before.length === 3 && before[0] === 1 && before[1] === 1
}
