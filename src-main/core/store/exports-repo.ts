import type { ExportRecord } from '../../contract/models.ts'
import type { Db } from './database.ts'

interface RawExport {
  id: string
  runId: string
  format: string
  folder: string
  files: string
  createdAt: string
  proof: string
  options: string
  intendedUse: string | null
}

export function insertExport(db: Db, run: number, record: Omit<ExportRecord, 'runId'>): void {
  db.run(
    `INSERT INTO exports (id, run, format, folder, files, created_at, proof, options, intended_use)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    record.id,
    run,
    record.format,
    record.folder,
    JSON.stringify(record.files),
    record.createdAt,
    JSON.stringify(record.proof),
    JSON.stringify(record.options),
    record.intendedUse,
  )
}

/** Newest first; folders as stored (relative ones lie in the workspace). */
export function listExports(db: Db, runId: string | null): ExportRecord[] {
  const rows = db.all<RawExport>(
    `SELECT e.id, r.id AS runId, e.format, e.folder, e.files, e.created_at AS createdAt, e.proof,
       e.options, e.intended_use AS intendedUse
     FROM exports e JOIN runs r ON r.key = e.run WHERE ? IS NULL OR r.id = ? ORDER BY e.created_at DESC, e.rowid DESC`,
    runId,
    runId,
  )
  return rows.map((row) => ({
    ...row,
    files: JSON.parse(row.files) as ExportRecord['files'],
    proof: JSON.parse(row.proof) as ExportRecord['proof'],
    options: JSON.parse(row.options) as ExportRecord['options'],
  }))
}
