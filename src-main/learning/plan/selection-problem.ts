import type { PlanProblem } from '../../contract/models.ts'
import type { Selection } from '../../contract/network.ts'
import type { SelectionProblem } from '../network/selection.ts'
import { block, warn } from '../plan-problem.ts'

/** A selection's problem as one of the spec; `field` is reuse, freeze or train. */
export function selectionProblem(field: string, selection: Selection, problem: SelectionProblem): PlanProblem {
  const withoutPattern = { title: 'Remove the pattern', patch: { [`${field}.pattern`]: null } }
  switch (problem.kind) {
    case 'unknown':
      return unknownName(field, selection, problem)
    case 'pattern': {
      const where = problem.position === null ? '' : ` At character ${problem.position + 1}.`
      return block('pattern', `\`${field}.pattern\`: ${problem.message}${where}`, withoutPattern)
    }
    case 'no-match':
      return block(
        'pattern-matches-nothing',
        `\`${field}\`: no layer or block matches "${problem.pattern}".`,
        withoutPattern,
      )
    case 'all-match':
      return warn('pattern-matches-all', `\`${field}\`: every layer matches "${problem.pattern}".`)
  }
}

function unknownName(
  field: string,
  selection: Selection,
  { key, name, suggestions }: SelectionProblem & { kind: 'unknown' },
): PlanProblem {
  const [nearest] = suggestions
  const offered = nearest === undefined ? '' : ` Nearest: ${suggestions.join(', ')}.`
  const message = `\`${field}.${key}\`: the network has no layer or block "${name}".${offered}`
  if (nearest === undefined) return block('unknown-layer', message)
  const value = selection[key]
  const mended = Array.isArray(value) ? value.map((item) => (item === name ? nearest : item)) : nearest
  return block('unknown-layer', message, { title: `Use ${nearest}`, patch: { [`${field}.${key}`]: mended } })
}
