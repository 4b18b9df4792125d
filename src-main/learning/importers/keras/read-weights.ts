import type { Layer } from '../../../contract/network.ts'
import { inferLayer } from '../../network/infer.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import { brokenFile, quoted } from '../refusals.ts'
import type { Graph } from './graph.ts'
import type { FindVariable } from './rule.ts'

/** Every weight of the graph from the file's variables. Values that are no numbers are taken, and said. */
export function readWeights(
  graph: Graph,
  names: readonly string[],
  find: FindVariable,
  problems: Set<string>,
): WeightValues {
  const weights = new Map<string, { shape: readonly number[]; values: Float32Array }>()
  const broken: string[] = []
  for (const [place, node] of graph.nodes.entries()) {
    const layer: Layer = { name: node.title, type: node.type, config: node.config, inputs: [], block: '' }
    const { weights: specs } = inferLayer(
      layer,
      node.inputs.map((input) => [...graph.nodes[input]!.shape]),
    )
    for (const [index, { name, shape }] of specs.entries()) {
      const origin = node.origins?.[name] ?? { names: [name], index }
      const what = `the weight ${quoted(origin.names[0])} of layer ${quoted(node.title)} (${node.source.className})`
      const { source } = node
      const owner = 'within' in origin ? { ...source, kerasPath: `${source.kerasPath}/${origin.within}` } : source
      const variable = find(owner, origin.names, origin.index)
      if (!variable) throw brokenFile(`Expected ${what}. Received: a file without it.`)
      const expected = 'shape' in origin && origin.shape ? origin.shape : shape
      if (String(variable.shape) !== String(expected)) {
        throw brokenFile(
          `Expected shape [${expected.join(', ')}] of ${what}. Received: [${variable.shape.join(', ')}].`,
        )
      }
      const values = variable.read()
      if (!areFinite(values)) broken.push(`${node.title}/${name}`)
      weights.set(`${names[place]}/${name}`, { shape, values })
    }
  }
  if (broken.length > 0) {
    const others = broken.length > 3 ? ` and ${broken.length - 3} more` : ''
    problems.add(`Weights hold values that are no finite numbers (${broken.slice(0, 3).map(quoted).join(', ')}${others}): what the network gives will be none either.`) // prettier-ignore
  }
  return weights
}

/** 0 times a number is 0, times none it is NaN: several times as fast as to look at each. */
function areFinite(values: Float32Array): boolean {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index]! * 0
  return sum === 0
}
