import { extname } from 'node:path'
import { plural } from '../base/plural.ts'
import type { Reading, SourceInspection } from '../contract/datasets.ts'
import { firstProblems } from './first-problems.ts'
import type { ImagePlan } from './plan-folder.ts'
import type { Findings } from './findings.ts'
import { inspectExported } from './inspect-exported.ts'
import { inspectIdx } from './inspect-idx.ts'
import { inspectTable, toInspected } from './inspect-table.ts'
import { planLabels } from './plan-labels.ts'
import { planSource, type SourcePlan } from './plan-source.ts'
import { type Source, sourceName, sourceText } from './sources.ts'

const MAX_ENTRIES = 20_000
const MAX_MILLISECONDS = 2000
const LISTED_CLASSES = 1000

/** Looks at a source without decoding it: what it is, what an import would give. Bounded in entries and time.
 *  @throws GraftError E_SOURCE_PATH, E_SOURCE_EMPTY, E_SOURCE_FORMAT */
export async function inspectSource(source: Source, asked: Asked = {}): Promise<SourceInspection> {
  const plan = await planSource(source, { ...asked, maxEntries: MAX_ENTRIES, maxMilliseconds: MAX_MILLISECONDS })
  return { source: sourceText(source), suggestedName: nameOf(source), ...(await inspectPlan(plan, asked)) }
}

interface Asked {
  readonly signal?: AbortSignal | undefined
  readonly reading?: Reading | undefined
}

function inspectPlan(plan: SourcePlan, { signal, reading }: Asked): Findings | Promise<Findings> {
  if (plan.kind === 'idx') return inspectIdx(plan)
  if (plan.kind === 'exported') return inspectExported(plan)
  if (plan.kind === 'table') return inspectTable(plan, reading, signal)
  if (plan.labels === null) return inspectImages(plan)
  const { columns, suggested, file, table } = plan.labels
  const findings = inspectImages(planLabels(plan, plan.labels, {}))
  const labelled = suggested.length === 0 ? 'no label column found' : `labels: ${suggested.join(', ')}`
  return {
    ...findings,
    summary: `${findings.summary}; ${labelled} (from ${file.path})`,
    columns: columns.map(toInspected),
    suggestedLabels: [...suggested],
    header: table.delimiter === null ? null : table.hasHeader,
  }
}

function inspectImages(plan: ImagePlan): Findings {
  const count = plan.images.length
  const column = plan.labelColumns.find((label) => label.type !== 'regression')
  const classes = column === undefined ? [] : countClasses(plan, column.name, column.classes)
  const more = plan.isComplete ? '' : ' (more were not counted)'
  const images = `${plural(count, 'image')}${more}`
  const inClasses = `${plural(classes.length, 'class', 'classes')}, ${images}`
  const what = {
    'flat-folder': `${images} without labels`,
    'folder-per-class': `${inClasses}; one folder per class`,
    'folder-with-labels': classes.length === 0 ? images : inClasses,
  }[plan.layout]
  const given = plan.images.some((image) => image.split !== null) ? '; the split is given' : ''
  return {
    layout: plan.layout,
    summary: `${what}${given}`,
    count,
    classes: classes.slice(0, LISTED_CLASSES),
    columns: [],
    suggestedLabels: plan.labelColumns.map((label) => label.name),
    header: null,
    warnings: firstProblems(plan.problems),
  }
}

function countClasses(plan: ImagePlan, column: string, classes: readonly string[]) {
  const counts = new Map(classes.map((name) => [name, 0]))
  for (const { labels } of plan.images) {
    const label = labels[column]
    for (const one of [label ?? []].flat()) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, count }))
}

function nameOf(source: Source): string {
  const name = sourceName(source).slice(0, 100)
  const bare = name.replace(/\.gz$/i, '').slice(0, -extname(name.replace(/\.gz$/i, '')).length || undefined)
  return bare === '' ? 'dataset' : bare
}
