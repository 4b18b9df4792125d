import { differingParameters } from '../../../base/differing-parameters.ts'
import { figureOf } from '../../../base/html/figures.ts'
import { FREEZE_KEY, freezeBlocks } from '../../../base/html/freeze-blocks.ts'
import { lineChart } from '../../../base/html/line-chart.ts'
import { markup, type Markup } from '../../../base/html/markup.ts'
import { fold, section } from '../../../base/html/page.ts'
import { table } from '../../../base/html/table.ts'
import { isShare } from '../../../contract/metric-facts.ts'
import { metricLabel } from '../../../contract/metric-words.ts'
import { planBlocks } from '../../exports/plan-blocks.ts'
import { readSeries } from '../../runs/series.ts'
import type { Workspace } from '../../session/workspace.ts'
import { listSeries } from '../../store/points-repo.ts'
import { readDetails, type RunDetails } from '../../store/run-details-repo.ts'
import type { RunRow } from '../../store/runs-repo.ts'

/** Points of all curves of a chart together: a page of fifty runs stays readable by a browser. */
const POINTS_OF_A_CHART = 12_000
const MAX_POINTS = 200
const MIN_POINTS = 20

/** A run as a report tells it: under its own name, or under its arm's. */
export interface ReportedRun {
  readonly row: RunRow
  readonly label: string
  readonly colour: number
}

/** What was learned over the epochs: a chart for each metric, a curve for each run. */
export function curveCharts({ db }: Workspace, runs: readonly ReportedRun[]): Markup | null {
  const most = Math.max(MIN_POINTS, Math.min(MAX_POINTS, Math.floor(POINTS_OF_A_CHART / runs.length)))
  const known = runs.flatMap(({ row }) => listSeries(db, row.key).map(({ name }) => name))
  const names = [...new Set(known)].filter((name) => name === 'train.loss' || name.startsWith('validation.')).sort()
  const charts = names.map((name) => {
    const curves = runs.flatMap(({ row, label, colour }) =>
      readSeries(db, row, [name], most).map(({ epoch, value }) => ({
        label,
        colour,
        points: epoch.map((at, index) => [at, value[index] ?? NaN] as const),
      })),
    )
    return lineChart({ title: metricLabel(name), along: 'epoch', curves, isShare: isShare(name), text: figureOf(name) })
  })
  if (charts.length === 0) return null
  return section('Curves', [markup`<div class="charts">${charts}</div>`], { isLong: true })
}

/** A row for each run or arm, a column for each parameter in which they differ. */
export function differenceSection(named: readonly { readonly label: string; readonly spec: object }[]): Markup {
  const differing = Object.entries(differingParameters(named.map(({ spec }) => spec)))
  if (differing.length === 0) return section('Parameters', [markup`<p>No parameter differs.</p>`])
  const columns = [{ label: '' }, ...differing.map(([path]) => ({ label: path }))]
  const rows = named.map(({ label }, index) => [label, ...differing.map(([, values]) => valueText(values[index]))])
  return section('Parameters that differ', [table(columns, rows)])
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '–' : JSON.stringify(value)
}

/** The freeze plans, each drawn once with those that have it. */
export function planSection(named: readonly { readonly label: string; readonly plan: RunDetails['plan'] }[]): Markup {
  const plans = new Map<string, { blocks: ReturnType<typeof planBlocks>; labels: string[] }>()
  for (const { label, plan } of named) {
    const blocks = planBlocks(plan, [])
    const key = JSON.stringify(blocks)
    const known = plans.get(key)
    if (known === undefined) plans.set(key, { blocks, labels: [label] })
    else if (!known.labels.includes(label)) known.labels.push(label)
  }
  const drawn = [...plans.values()].map(({ blocks, labels }) => markup`<h3>${labels.join(' · ')}</h3>${freezeBlocks(blocks)}`) // prettier-ignore
  return section('Freeze plans', [FREEZE_KEY, ...drawn], { isLong: true })
}

/** Specs to train the same again. */
export function specSection(
  words: string,
  specs: readonly { readonly label: string; readonly spec: object }[],
): Markup {
  const folds = specs.map(({ label, spec }) => fold(label, markup`<pre>${JSON.stringify(spec, null, 2)}</pre>`))
  return section('To run it again', [markup`<p>${words}</p>`, ...folds], { isLong: true })
}

export function detailsOf({ db }: Workspace, { row }: ReportedRun): RunDetails {
  return readDetails(db, row.key)
}

/** Versions and the computer, as far as all runs share them. */
export function environmentRows(all: readonly RunDetails['environment'][]): [string, string][] {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))]
  return names.map((name) => {
    const values = [...new Set(all.map((one) => one[name] ?? 'not recorded'))]
    return [name, values.join(', ')]
  })
}
