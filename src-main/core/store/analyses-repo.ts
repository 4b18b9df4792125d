import type { AnalysisRecord, AnalysisSummary } from '../../contract/analyses.ts'
import type { Db } from './database.ts'

interface RawSummary {
  id: string
  type: string
  createdAt: string
  seconds: number
  datasetId: string
  datasetName: string
  datasetVersion: number
  base: string
  words: string
}

interface RawAnalysis extends RawSummary {
  spec: string
  params: string
  facts: string
  suggestions: string
  exhibits: string
}

const SUMMARY =
  'id, type, created_at AS createdAt, seconds, dataset_id AS datasetId, dataset_name AS datasetName, dataset_version AS datasetVersion, base, words'

export function insertAnalysis(db: Db, record: AnalysisRecord): void {
  const { dataset, spec, params, facts, suggestions, exhibits } = record
  db.run(
    `INSERT INTO analyses (id, type, created_at, seconds, dataset_id, dataset_name, dataset_version, base, words, spec, params, facts,
     suggestions, exhibits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    record.id,
    record.type,
    record.createdAt,
    record.seconds,
    dataset.id,
    dataset.name,
    dataset.version,
    record.base,
    record.words,
    ...[spec, params, facts, suggestions, exhibits].map((value) => JSON.stringify(value)),
  )
}

/** Newest first. */
export function listAnalyses(
  db: Db,
  { datasetId, type }: { datasetId: string | null; type: string | null },
): AnalysisSummary[] {
  const rows = db.all<RawSummary>(
    `SELECT ${SUMMARY} FROM analyses WHERE dataset_id = coalesce(?, dataset_id) AND type = coalesce(?, type) ORDER BY key DESC`,
    datasetId,
    type,
  )
  return rows.map(toSummary)
}

export function findAnalysis(db: Db, id: string): AnalysisRecord | null {
  const row = db.get<RawAnalysis>(
    `SELECT ${SUMMARY}, spec, params, facts, suggestions, exhibits FROM analyses WHERE id = ?`,
    id,
  )
  if (row === undefined) return null
  return {
    ...toSummary(row),
    spec: JSON.parse(row.spec) as AnalysisRecord['spec'],
    params: JSON.parse(row.params) as AnalysisRecord['params'],
    facts: JSON.parse(row.facts) as AnalysisRecord['facts'],
    suggestions: JSON.parse(row.suggestions) as AnalysisRecord['suggestions'],
    exhibits: JSON.parse(row.exhibits) as AnalysisRecord['exhibits'],
  }
}

/** False: there was none. */
export function removeAnalysis(db: Db, id: string): boolean {
  return db.run('DELETE FROM analyses WHERE id = ?', id) > 0
}

function toSummary({ datasetId, datasetName, datasetVersion, ...row }: RawSummary): AnalysisSummary {
  const { id, type, createdAt, seconds, base, words } = row
  const dataset = { id: datasetId, name: datasetName, version: datasetVersion }
  return { id, type, createdAt, seconds, dataset, base, words }
}
