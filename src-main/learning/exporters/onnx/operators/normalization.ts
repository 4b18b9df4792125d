import { asIs } from './operator.ts'
import type { Operator } from './operator.ts'

export const batchNormalization: Operator<'batchNormalization'> = (graph, { epsilon, inputs, name }) => {
  const [x, ...weights] = inputs as [string]
  const layout = graph.shape(x).length === 1 ? 'last' : 'first'
  const of = [graph.tensor(x, layout), ...weights.map((weight) => graph.weight(weight, asIs))]
  graph.define(name, layout, graph.node('BatchNormalization', of, { epsilon: { float: epsilon } }, name))
}

export const layerNormalization: Operator<'layerNormalization'> = (graph, { epsilon, inputs, name }) => {
  const [x, ...weights] = inputs as [string]
  const of = [graph.tensor(x, 'last'), ...weights.map((weight) => graph.weight(weight, asIs))]
  const how = { axis: -1, epsilon: { float: epsilon } }
  graph.define(name, 'last', graph.node('LayerNormalization', of, how, name))
}
