import type { Db } from '../store/database.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { schemaChanges } from '../store/history-repo.ts'

/** What a class index of an older version is called now; null: the class is gone (undone), or its place was taken by another. */
export type ClassName = (index: number, version: number) => string | null

/** Indices stay when classes are added or renamed; only taking a class back frees one. */
export function classNames(db: Db, state: DatasetState, field: number, since: number): ClassName {
  const now = state.row.labelColumns.find(({ id }) => id === field)?.classes ?? []
  const changes = schemaChanges(db, state.row.key, since).map(({ version, before, after }) => ({
    version,
    before: before.labelColumns.find(({ id }) => id === field)?.classes ?? [],
    after: after.labelColumns.find(({ id }) => id === field)?.classes ?? [],
  }))
  return (index, version) => {
    const name = now[index]
    if (name === undefined) return null
    const later = changes.filter((change) => change.version > version)
    if (later.every(({ after }) => index < after.length)) return name
    // It went and something came back in its place: the same, if it is called the same.
    return later[0]?.before[index] === name ? name : null
  }
}
