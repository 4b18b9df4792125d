import type { LayerType } from '../../contract/network.ts'

/** A layer of Graft before it has a name: its number is its place. */
export interface GraphNode {
  readonly title: string
  readonly type: LayerType
  readonly config: Record<string, unknown>
  readonly inputs: readonly number[]
  readonly shape: readonly number[]
}

export interface Graph<N extends GraphNode> {
  readonly nodes: readonly N[]
  readonly outputs: readonly number[]
}
