import type { LayerType } from '../../../contract/network.ts'
import type { FlatLayer } from './flatten-model.ts'
import type { Piece } from './rule.ts'

/** A layer of Graft before it has a name: its number is its place. */
export interface Node {
  readonly title: string
  readonly type: LayerType
  readonly config: Record<string, unknown>
  readonly inputs: readonly number[]
  readonly shape: readonly number[]
  readonly origins: Piece['origins']
  readonly source: FlatLayer
}

export interface Graph {
  readonly nodes: readonly Node[]
  readonly outputs: readonly number[]
}
