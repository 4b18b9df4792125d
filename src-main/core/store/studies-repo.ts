import type { PlannedArm, StudyKind, StudySpec } from '../../contract/studies.ts'
import type { Db } from './database.ts'
import type { RunRow } from './runs-repo.ts'

/** What needs no run, computed when the study began. */
export interface StudyFacts {
  /** Of answering with the most common class (or the mean) of the train split: metric -> value, and what it is in words. */
  readonly majority: { readonly values: Readonly<Record<string, number>>; readonly words: string } | null
  /** Labelled items of the train split: what a limit of null means. */
  readonly labelled: number
}

export interface StudyRow {
  readonly key: number
  readonly id: string
  readonly name: string
  readonly kind: StudyKind
  readonly createdAt: string
  readonly cancelledAt: string | null
  readonly dataset: { readonly id: string; readonly name: string }
  readonly spec: StudySpec
  readonly arms: PlannedArm[]
  readonly facts: StudyFacts
}

/** A run of a study, with its place in it. */
export interface StudyRunRow extends RunRow {
  readonly arm: number
  readonly labels: number | null
}

interface RawStudy {
  key: number
  id: string
  name: string
  kind: StudyKind
  created_at: string
  cancelled_at: string | null
  dataset_id: string
  dataset_name: string
  spec: string
  arms: string
  facts: string
}

export function insertStudy(db: Db, row: Omit<StudyRow, 'key' | 'cancelledAt'>): number {
  return db.insert(
    `INSERT INTO studies (id, name, kind, created_at, dataset_id, dataset_name, spec, arms, facts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.name,
    row.kind,
    row.createdAt,
    row.dataset.id,
    row.dataset.name,
    JSON.stringify(row.spec),
    JSON.stringify(row.arms),
    JSON.stringify(row.facts),
  )
}

export function findStudy(db: Db, id: string): StudyRow | null {
  const raw = db.get<RawStudy>('SELECT * FROM studies WHERE id = ?', id)
  return raw === undefined ? null : toStudy(raw)
}

/** Newest first. */
export function listStudies(db: Db): StudyRow[] {
  return db.all<RawStudy>('SELECT * FROM studies ORDER BY key DESC').map(toStudy)
}

export function updateStudy(
  db: Db,
  key: number,
  changes: { readonly name?: string; readonly cancelledAt?: string | null },
): void {
  if (changes.name !== undefined) db.run('UPDATE studies SET name = ? WHERE key = ?', changes.name, key)
  if (changes.cancelledAt !== undefined)
    db.run('UPDATE studies SET cancelled_at = ? WHERE key = ?', changes.cancelledAt, key)
}

export function deleteStudy(db: Db, key: number): void {
  db.run('DELETE FROM studies WHERE key = ?', key)
}

export interface StudyPlace {
  readonly arm: number
  readonly labels: number | null
  readonly seed: number
}

export function addStudyRun(db: Db, study: number, run: number, { arm, labels, seed }: StudyPlace): void {
  db.run(
    'INSERT INTO study_runs (study, arm, labels, seed, run) VALUES (?, ?, ?, ?, ?)',
    study,
    arm,
    labels ?? 0,
    seed,
    run,
  )
}

/** In the order in which they were queued. */
export function studyRuns(db: Db, study: number): StudyRunRow[] {
  const rows = db.all<RunRow & { arm: number; labels: number }>(
    'SELECT r.*, s.arm AS arm, s.labels AS labels FROM study_runs s JOIN runs r ON r.key = s.run WHERE s.study = ? ORDER BY r.key',
    study,
  )
  return rows.map((row) => ({ ...row, labels: row.labels === 0 ? null : row.labels }))
}

/** The study that a run belongs to; null: none. */
export function studyOfRun(db: Db, runId: string): string | null {
  const row = db.get<{ id: string }>(
    'SELECT t.id AS id FROM study_runs s JOIN studies t ON t.key = s.study JOIN runs r ON r.key = s.run WHERE r.id = ?',
    runId,
  )
  return row?.id ?? null
}

function toStudy(raw: RawStudy): StudyRow {
  return {
    key: raw.key,
    id: raw.id,
    name: raw.name,
    kind: raw.kind,
    createdAt: raw.created_at,
    cancelledAt: raw.cancelled_at,
    dataset: { id: raw.dataset_id, name: raw.dataset_name },
    spec: JSON.parse(raw.spec) as StudySpec,
    arms: JSON.parse(raw.arms) as PlannedArm[],
    facts: JSON.parse(raw.facts) as StudyFacts,
  }
}
