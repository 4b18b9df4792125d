import { figureOf, numberText, secondsText } from '../../../base/html/figures.ts'
import { intervalChart } from '../../../base/html/interval-chart.ts'
import { markup, type Markup, type Part } from '../../../base/html/markup.ts'
import { page, section } from '../../../base/html/page.ts'
import { facts, table } from '../../../base/html/table.ts'
import { plural } from '../../../base/plural.ts'
import { isShare } from '../../../contract/metric-facts.ts'
import { metricLabel } from '../../../contract/metric-words.ts'
import type { ArmResult, StudyDetail } from '../../../contract/studies.ts'
import type { Workspace } from '../../session/workspace.ts'
import { type StudyRow, studyRuns } from '../../store/studies-repo.ts'
import { studyDetail } from '../study-view.ts'
import {
  curveCharts,
  detailsOf,
  differenceSection,
  environmentRows,
  planSection,
  type ReportedRun,
  specSection,
} from './reported-runs.ts'

/** A study as one page: who wins and by how much, and what would be trained again. `at`: when it is written. */
export function studyReport(workspace: Workspace, row: StudyRow, at: string): string {
  const study = studyDetail(workspace, row)
  const runs = studyRuns(workspace.db, row.key)
  const reported = study.cells.flatMap(({ arm, runId }): ReportedRun[] => {
    const run = runs.find(({ id }) => id === runId)
    return run === undefined ? [] : [{ row: run, label: study.plan[arm]?.label ?? '', colour: arm }]
  })
  // One run stands for its arm: seeds differ in nothing that is shown.
  const arms = reported.filter((one, index) => reported.findIndex(({ colour }) => colour === one.colour) === index)
  const named = arms.map((one) => ({ label: one.label, ...detailsOf(workspace, one) }))
  const [first] = arms
  return page({
    title: study.name,
    lead: `Study report, written by Graft on ${at.slice(0, 10)}`,
    body: [
      foundSection(study),
      ...(study.results.metric === null ? [] : [rankingSection(study, study.results.metric)]),
      curveCharts(workspace, reported),
      differenceSection(named.map(({ label, spec }) => ({ label, spec: withoutOwn(spec) }))),
      planSection(named),
      section('How it was made', [
        facts([
          ['Dataset', `${study.dataset.name}${first ? `, version ${first.row.dataset_version}` : ''}`],
          ...(first ? [['Dataset SHA-256', first.row.dataset_hash] as const] : []),
          ['Seeds', study.seeds.join(', ')],
          ['Budget', budgetText(study.spec.budget)],
          ['Begun', study.createdAt.slice(0, 10)],
          ...environmentRows(named.map(({ environment }) => environment)),
        ]),
      ]),
      specSection('Saved as a file, this is the same study again, with every arm written out: graft study FILE', [
        { label: 'Study file', spec: study.spec },
      ]),
    ],
  })
}

/** Name and seed are each run's own. */
function withoutOwn<T extends { name: string; seed: number }>({ name: _name, seed: _seed, ...spec }: T): object {
  return spec
}

function budgetText(budget: StudyDetail['spec']['budget']): string {
  const epochs = plural(budget.epochs, 'epoch')
  return budget.kind === 'epochs' ? `${epochs} each` : `${secondsText(budget.seconds)} each, at most ${epochs}`
}

function foundSection({ results, runs, status, words }: StudyDetail): Markup {
  const { finished, failed, total } = runs
  const failures = failed === 0 ? '' : `, ${failed} failed`
  const sentences = results.sentences.length > 0 ? results.sentences : [words ?? 'Nothing is measured yet.']
  return section('What it found', [
    sentences.map((sentence) => markup`<p>${sentence}</p>`),
    markup`<p class="muted">${status}: ${finished} of ${plural(total, 'run')} finished${failures}.</p>`,
  ])
}

function rankingSection({ results, labelled }: StudyDetail, metric: string): Markup {
  const text = figureOf(metric)
  const { majority, rows } = results
  const hasLabels = rows.some(({ labels }) => labels !== null)
  const labelOf = (row: ArmResult): string => (hasLabels ? `${row.label}, ${plural(row.labels ?? labelled, 'label')}` : row.label) // prettier-ignore
  const measured = rows.flatMap((row) => (row.mean === null ? [] : [{ ...row, mean: row.mean }]))
  const chart = intervalChart({
    title: `${metricLabel(metric)}: mean and 95 % interval, rings are single seeds`,
    rows: measured.map((row) => ({ label: labelOf(row), colour: row.arm, mean: row.mean, half: row.half, values: row.values.map(({ value }) => value) })), // prettier-ignore
    mark: majority === null ? null : { value: majority.value, label: `majority ${text(majority.value)}` },
    isShare: isShare(metric),
    text,
  })
  const numbers = [metricLabel(metric), '± (95 %)', 'Seeds', 'p (Holm)', 'Time', 'Trainable'].map((label) => ({ label, isNumber: true })) // prettier-ignore
  const columns = [{ label: 'Rank', isNumber: true }, { label: 'Arm' }, ...numbers, { label: 'To know' }]
  const cells = rows.map((row): Part[] => [
    row.rank ?? '–',
    labelOf(row),
    row.mean === null ? '–' : text(row.mean),
    row.half === null ? '–' : text(row.half),
    row.values.length,
    row.againstLeader?.pHolm == null ? '–' : numberText(row.againstLeader.pHolm),
    row.seconds === null ? '–' : secondsText(row.seconds),
    row.parameters.trainable.toLocaleString('en'),
    marksOf(row),
  ])
  const line = majority === null ? null : markup`<p class="muted">${text(majority.value)}: ${majority.words}</p>`
  return section('Ranking', [chart, table(columns, cells), line], { isLong: true })
}

function marksOf(row: ArmResult): string {
  const marks = [
    row.baseline === null ? '' : 'baseline',
    row.hurts ? 'transfer hurts' : '',
    row.isTrivial ? 'no better than the most common class' : '',
    row.notComparable ?? '',
  ]
  return marks.filter(Boolean).join(', ')
}
