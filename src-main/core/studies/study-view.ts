import { isHigherBetter } from '../../contract/metric-facts.ts'
import type { MetricSummary } from '../../contract/runs.ts'
import type { Study, StudyCell, StudyDetail, StudyResults } from '../../contract/studies.ts'
import type { Workspace } from '../session/workspace.ts'
import { metricsOf } from '../store/metrics-repo.ts'
import { type StudyRow, type StudyRunRow, studyRuns } from '../store/studies-repo.ts'
import { rankArms } from './rank-arms.ts'
import type { MeasuredCell } from './measured-cell.ts'
import { labelSentences } from './labels-saved.ts'
import { searchResults } from './search-results.ts'
import { searchSentences } from './search-words.ts'
import { commonMetrics } from './metric-choice.ts'
import { isMeasured, studyProgress } from './study-progress.ts'
import { ADAPTING, armSentence, studySentences } from './arm-words.ts'

interface Measured {
  readonly run: StudyRunRow
  readonly metrics: Record<string, MetricSummary>
}

/** A study with what it has found. `metric`: ranked by this one, where it was measured. */
export function studyDetail(workspace: Workspace, row: StudyRow, metric?: string): StudyDetail {
  const measured = measure(workspace, row)
  const results = studyResults(row, measured, metric ?? row.spec.metric)
  return {
    ...summary(row, measured, results),
    spec: row.spec,
    plan: row.arms,
    cells: measured.map((one) => cell(row, one, results.metric)),
    labelled: row.facts.labelled,
    results,
  }
}

export function studySummary(workspace: Workspace, row: StudyRow): Study {
  const measured = measure(workspace, row)
  return summary(row, measured, studyResults(row, measured, row.spec.metric))
}

function summary(row: StudyRow, measured: readonly Measured[], results: StudyResults): Study {
  const { id, name, kind, createdAt, dataset } = row
  const progress = studyProgress(
    row,
    measured.map(({ run }) => run),
  )
  return {
    id,
    name,
    kind,
    createdAt,
    dataset,
    arms: row.arms.length,
    seeds: row.spec.seeds,
    ...progress,
    words: results.sentences[0] ?? null,
  }
}

function measure(workspace: Workspace, row: StudyRow): Measured[] {
  const runs = studyRuns(workspace.db, row.key)
  const metrics = metricsOf(
    workspace.db,
    runs.map((run) => run.key),
  )
  return runs.map((run) => ({ run, metrics: metrics.get(run.key) ?? {} }))
}

function cell(row: StudyRow, { run, metrics }: Measured, metric: string | null): StudyCell {
  return {
    arm: run.arm,
    labels: run.labels,
    seed: run.seed,
    runId: run.id,
    status: run.status,
    reason: run.reason,
    progress: run.progress,
    epochs: run.epochs,
    epochsDone: run.epochs_done,
    seconds: run.seconds,
    value: valueOf(row, { run, metrics }, metric),
  }
}

/** Of the model that was kept; a run that still learns has no value yet. */
function valueOf(row: StudyRow, { run, metrics }: Measured, metric: string | null): number | null {
  if (metric === null || !isMeasured(row, run)) return null
  return metrics[metric]?.kept ?? null
}

function studyResults(row: StudyRow, measured: readonly Measured[], wanted: string | null): StudyResults {
  const ended = measured.filter(({ run, metrics }) => isMeasured(row, run) && Object.keys(metrics).length > 0)
  const metrics = measures(row, ended)
  const metric = wanted !== null && metrics.includes(wanted) ? wanted : (metrics[0] ?? null)
  if (metric === null) {
    return { metric: null, metrics: [], higherIsBetter: true, majority: null, rows: [], sentences: [], search: null }
  }
  const higherIsBetter = isHigherBetter(metric)
  const majority = majorityOf(row, metric)
  const cells = measured.map((one) => measuredCell(row, one, metric))
  const ranked = rankArms({ arms: row.arms, cells, higherIsBetter, majority: majority?.value ?? null })
  const groupOf = (labels: number | null) => ranked.filter((one) => one.labels === labels)
  const context = { metric, arms: row.arms }
  const rows = ranked.map((one) => ({ ...one, sentence: armSentence(one, { ...context, rows: groupOf(one.labels) }) }))
  const first = groupOf(ranked[0]?.labels ?? null)
  const labelled = row.facts.labelled
  const valuesOf = (arm: number, name: string): number[] =>
    ended.flatMap(({ run, metrics: own }) => (run.arm === arm && own[name] ? [own[name].kept] : []))
  const seconds = measured.reduce((sum, { run }) => sum + run.seconds, 0)
  const search = searchResults({ spec: row.spec, arms: row.arms, rows: first, valuesOf, metric, seconds })
  return {
    metric,
    metrics,
    higherIsBetter,
    majority,
    rows,
    sentences: [
      ...studySentences({ ...context, rows: first }, majority),
      ...searchSentences(search),
      ...labelSentences({ rows, metric, higherIsBetter, labelled }),
    ],
    search,
  }
}

/** What all arms were measured by; before it, where domains are adapted, what only adapting arms can be: the target. A search chooses on
 *  the validation split alone. */
function measures(row: StudyRow, ended: readonly Measured[]): string[] {
  const names = (of: readonly Measured[]): string[] => commonMetrics(of.map((one) => Object.keys(one.metrics)))
  if (row.kind === 'search') return names(ended).filter((name) => name.startsWith('validation.'))
  const adapting = ended.filter(({ run }) => ADAPTING.includes(row.arms[run.arm]?.strategy ?? ''))
  const onTarget = names(adapting).filter((name) => name.startsWith('target.'))
  return [...new Set([...onTarget, ...names(ended)])]
}

function majorityOf(row: StudyRow, metric: string): StudyResults['majority'] {
  const { majority } = row.facts
  const value = majority?.values[metric]
  return majority === null || value === undefined ? null : { value, words: majority.words }
}

function measuredCell(row: StudyRow, { run, metrics }: Measured, metric: string): MeasuredCell {
  return {
    arm: run.arm,
    labels: run.labels,
    seed: run.seed,
    value: valueOf(row, { run, metrics }, metric),
    seconds: run.seconds,
    epochs: run.epochs_done,
    dataset: { id: run.dataset_id, name: run.dataset_name, version: run.dataset_version, hash: run.dataset_hash },
  }
}
