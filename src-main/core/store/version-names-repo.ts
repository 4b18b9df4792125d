import type { VersionName } from '../../contract/history.ts'
import type { Db } from './database.ts'

/** Newest version first. */
export function listVersionNames(db: Db, dataset: number): VersionName[] {
  return db.all('SELECT version, name FROM version_names WHERE dataset = ? ORDER BY version DESC', dataset)
}

/** Which version has a name, upper and lower case alike; null: none. */
export function versionNamed(db: Db, dataset: number, name: string): number | null {
  const sql = 'SELECT version FROM version_names WHERE dataset = ? AND name = ?'
  return db.get<{ version: number }>(sql, dataset, name)?.version ?? null
}

/** Gives a version a name, or takes it away. */
export function setVersionName(db: Db, dataset: number, version: number, name: string | null): void {
  if (name === null) {
    db.run('DELETE FROM version_names WHERE dataset = ? AND version = ?', dataset, version)
    return
  }
  db.run(
    `INSERT INTO version_names (dataset, version, name) VALUES (?, ?, ?)
     ON CONFLICT (dataset, version) DO UPDATE SET name = excluded.name`,
    dataset,
    version,
    name,
  )
}
