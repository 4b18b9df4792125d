import { figureOf, secondsText } from '../../../base/html/figures.ts'
import { markup, type Markup, type Part } from '../../../base/html/markup.ts'
import { page, section } from '../../../base/html/page.ts'
import { shareBar } from '../../../base/html/share-bar.ts'
import { facts, table } from '../../../base/html/table.ts'
import { percent } from '../../../base/percent.ts'
import { plural } from '../../../base/plural.ts'
import { wilson } from '../../../base/statistics/wilson.ts'
import { metricLabel } from '../../../contract/metric-words.ts'
import type { Run } from '../../../contract/runs.ts'
import { confusionOf } from '../../runs/confusion.ts'
import type { Workspace } from '../../session/workspace.ts'
import { type RunRow, toRun } from '../../store/runs-repo.ts'
import {
  curveCharts,
  detailsOf,
  differenceSection,
  environmentRows,
  planSection,
  type ReportedRun,
  specSection,
} from './reported-runs.ts'

/** Runs side by side as one page. `at`: when it is written. */
export function runsReport(workspace: Workspace, rows: readonly RunRow[], at: string): string {
  const runs = rows.map((row) => toRun(workspace.db, row))
  const reported = rows.map((row, colour): ReportedRun => ({ row, label: labelOf(row, rows), colour }))
  const named = reported.map((one) => ({ label: one.label, ...detailsOf(workspace, one) }))
  return page({
    title: rows.length === 1 ? (rows[0]?.name ?? '') : `${plural(rows.length, 'run')} side by side`,
    lead: `Report, written by Graft on ${at.slice(0, 10)}`,
    body: [
      scoreSection(workspace, reported),
      metricSection(runs, reported),
      curveCharts(workspace, reported),
      differenceSection(named),
      planSection(named),
      section('How they were made', [
        table(
          ['Run', 'Dataset', 'Version', 'SHA-256', 'Status', 'Time'].map((label) => ({ label })),
          runs.map((run, index) => [
            reported[index]?.label ?? '',
            run.dataset.name,
            run.dataset.version,
            markup`<span class="mono">${run.dataset.hash}</span>`,
            run.status,
            secondsText(run.seconds),
          ]),
        ),
        facts(environmentRows(named.map(({ environment }) => environment))),
      ]),
      specSection('Saved as a file, each of these trains the same again: graft run FILE', named),
    ],
  })
}

/** By name; by id, too, where several have that name. */
function labelOf(row: RunRow, rows: readonly RunRow[]): string {
  return rows.filter(({ name }) => name === row.name).length > 1 ? `${row.name} (${row.id})` : row.name
}

interface Score {
  readonly label: string
  readonly head: string
  readonly hits: number
  readonly count: number
}

/** How many items of the test split each run got right, the best first, with the interval of that share. */
function scoreSection(workspace: Workspace, reported: readonly ReportedRun[]): Markup {
  const scores = reported.flatMap((one): Score[] =>
    detailsOf(workspace, one).heads.flatMap((head) => {
      if (head.type !== 'classification') return []
      const counts = confusionOf(workspace.db, one.row.key, 'test', head)
      const count = counts.flat().reduce((sum, value) => sum + value, 0)
      const hits = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
      return count === 0 ? [] : [{ label: one.label, head: head.name, hits, count }]
    }),
  )
  const heads = [...new Set(scores.map(({ head }) => head))]
  const data = new Set(reported.map(({ row }) => row.dataset_hash))
  const warning = data.size === 1 ? null : markup`<p class="bad">The runs saw different data (dataset, version, labels or split): their scores do not compare.</p>` // prettier-ignore
  const tables = heads.map((head) => scoreTable(heads.length === 1 ? null : head, scores.filter((score) => score.head === head))) // prettier-ignore
  const none = markup`<p>No run has classes that were predicted on the test split.</p>`
  return section('Accuracy on the test split', [warning, ...(tables.length === 0 ? [none] : tables)])
}

function scoreTable(head: string | null, scores: readonly Score[]): Markup {
  const sorted = scores.toSorted((a, b) => b.hits / b.count - a.hits / a.count)
  const rows = sorted.map(({ label, hits, count }, index): Part[] => {
    const { low, high } = wilson(hits, count) ?? { low: 0, high: 1 }
    return [index + 1, label, percent(hits / count), `${percent(low)} to ${percent(high)}`, shareBar(hits / count, { low, high }), `${hits} of ${count}`] // prettier-ignore
  })
  const columns = [{ label: 'Rank', isNumber: true }, { label: 'Run' }, { label: 'Accuracy', isNumber: true }, { label: '95 % interval (Wilson)' }, { label: '' }, { label: 'Right' }] // prettier-ignore
  return markup`${head === null ? null : markup`<h3>${head}</h3>`}${table(columns, rows)}`
}

/** Values of the saved weights. */
function metricSection(runs: readonly Run[], reported: readonly ReportedRun[]): Markup {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort()
  const columns = [{ label: 'Metric' }, ...reported.map(({ label }) => ({ label, isNumber: true }))]
  const rows = names.map((name) => [
    metricLabel(name),
    ...runs.map((run) => {
      const value = run.metrics[name]?.kept
      return value === undefined ? '–' : figureOf(name)(value)
    }),
  ])
  return section('Metrics of the saved weights', [table(columns, rows)])
}
