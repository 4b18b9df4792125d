import type { Exhibit } from '../../contract/exhibits.ts'
import type { Db } from './database.ts'

/** Keeps an exhibit of a run. One that is sent again takes the place of the earlier one. */
export function putExhibit(db: Db, run: number, exhibit: Exhibit): void {
  db.run(
    `INSERT INTO exhibits (run, id, position, json)
     SELECT ?, ?, coalesce(max(position), 0) + 1, ? FROM exhibits WHERE run = ?
     ON CONFLICT (run, id) DO UPDATE SET json = excluded.json`,
    run,
    exhibit.id,
    JSON.stringify(exhibit),
    run,
  )
}

/** In the order in which they first came; `ids`: only these. */
export function listExhibits(db: Db, run: number, ids?: readonly string[]): Exhibit[] {
  const rows =
    ids === undefined
      ? db.all<{ json: string }>('SELECT json FROM exhibits WHERE run = ? ORDER BY position', run)
      : db.all<{ json: string }>(
          'SELECT json FROM exhibits WHERE run = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY position',
          run,
          JSON.stringify(ids),
        )
  return rows.map((row) => JSON.parse(row.json) as Exhibit)
}
