import type { StoredColumn } from '../store/datasets-repo.ts'
import type { Session } from '../session/session.ts'
import { classesInUse, labelNumbers } from './label-numbers.ts'

/** Why a column has no head, in a sentence. */
export function wantingWords(
  session: Session,
  datasetId: string,
  column: StoredColumn,
  unreadable: { has(place: number): boolean },
): string | null {
  if (column.type !== 'classification') {
    return `${column.name} holds ${column.type === 'tags' ? 'tags' : 'numbers'}: labels are suggested for classes only.`
  }
  const state = session.datasets.find(datasetId)
  if (state === null) return null
  const teaching = classesInUse(labelNumbers(state, column, unreadable, true))
  if (teaching >= 2) return 'The labels are being learnt.'
  const all = classesInUse(labelNumbers(state, column, unreadable, false))
  if (all >= 2) return 'Labels of two classes outside of the test split are needed: test labels teach nobody.'
  if (all === 0) return 'Labels of two classes are needed, and there is no label yet.'
  return 'Labels of two classes are needed, and there is one class so far.'
}
