import { type Coordinate, testWords } from './coordinates.ts'
import type { ReadTree } from './tree-network.ts'

/** A tree as nested rules, a line a test or leaf:
 *
 *  if petal length <= 2.45: setosa (98 %)
 *  else if ... */
export function rulesText(
  { nodes }: Pick<ReadTree, 'nodes'>,
  coordinates: readonly Coordinate[],
  classes: readonly string[],
): string {
  const lines: string[] = []
  const write = (at: number, indent: string) => {
    const node = nodes[at]!
    if ('probabilities' in node) return void lines.push(`${indent}${leafWords(node.probabilities, classes)}`)
    lines.push(`${indent}if ${testWords(coordinates[node.feature]!, node.threshold)}:`)
    write(node.left, `${indent}  `)
    lines.push(`${indent}else:`)
    write(node.right, `${indent}  `)
  }
  write(0, '')
  return `${lines.join('\n')}\n`
}

function leafWords(probabilities: readonly number[], classes: readonly string[]): string {
  const best = probabilities.indexOf(Math.max(...probabilities))
  return `${classes[best] ?? best} (${(100 * probabilities[best]!).toFixed(0)} %)`
}
