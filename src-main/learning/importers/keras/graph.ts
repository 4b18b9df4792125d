import type { Graph as AnyGraph, GraphNode } from '../graph.ts'
import type { FlatLayer } from './flatten-model.ts'
import type { Piece } from './rule.ts'

/** With what it was made from in Keras. */
export interface Node extends GraphNode {
  readonly origins: Piece['origins']
  readonly source: FlatLayer
}

export type Graph = AnyGraph<Node>
