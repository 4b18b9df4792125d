import type { Session } from '../session.ts'
import { allItems } from '../store/items-repo.ts'
import type { DatasetState } from './dataset-state.ts'

/** Per feature column, training items without a value in it; columns that miss nothing are left out. */
export function missingValues(session: Session, state: DatasetState): Record<string, number> {
  const counts = new Map<string, number>()
  for (const item of allItems(session.db, state.row.key)) {
    if (state.split[item.id - 1] !== 0 || item.values === null) continue
    const values = JSON.parse(item.values) as Record<string, unknown>
    for (const { name } of state.row.featureColumns) {
      const value = values[name]
      if (value === null || value === undefined || value === '') counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  return Object.fromEntries(counts)
}
