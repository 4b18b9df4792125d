import type { Operation } from '../../../operations/graph.ts'
import type { GraphInMaking } from '../graph-in-making.ts'
import type { Layout } from '../layout.ts'
import { inLayout, permuted } from '../layout.ts'

/** Writes one operation as nodes, and says which tensor its value is in which layout, by `graph.define`. */
export type Operator<K extends Operation['op']> = (
  graph: GraphInMaking,
  operation: Operation & { readonly op: K },
) => void

/** The layout in which operators that do not care about it work: that of what is a map with its channels first already. */
export function layoutOf(graph: GraphInMaking, { inputs }: Pick<Operation, 'inputs'>): Layout {
  const values = inputs.filter((name) => !graph.isConstant(name))
  return values.some((value) => graph.shape(value).length === 3 && graph.has(value, 'first')) ? 'first' : 'last'
}

/** A value or a constant among others of as many axes as `rank`. */
export function operand(graph: GraphInMaking, name: string, layout: Layout, rank: number): string {
  if (!graph.isConstant(name)) return graph.tensor(name, layout)
  return graph.weight(name, (constant) => {
    const values = constant.values()
    if (layout === 'last') return { shape: constant.shape, values }
    const shape = [...Array.from({ length: rank - constant.shape.length }, () => 1), ...constant.shape]
    const order = inLayout(
      shape.map((_, axis) => axis),
      'first',
    )
    return permuted(shape, values, order)
  })
}

/** The numbers as they are. */
export const asIs = ({ shape, values }: { shape: readonly number[]; values: () => Float32Array }) => ({
  shape,
  values: values(),
})
