import { splitTags } from '../base/tag-cells.ts'
import { plural } from '../base/plural.ts'
import { firstProblems } from './first-problems.ts'
import type { Findings } from './findings.ts'
import type { ExportedPlan } from './exported-plan.ts'

/** What an exported dataset says of itself; there is nothing to choose. */
export function inspectExported({ document, rows, images, problems, isComplete }: ExportedPlan): Findings {
  const entries = document.kind === 'table' ? rows : images.map(({ entry }) => entry)
  const first = document.labelColumns.findIndex(({ type }) => type !== 'regression')
  const counts = new Map(document.labelColumns[first]?.classes.map((name) => [name, 0]))
  for (const entry of entries) {
    const label = entry?.labels[first] ?? null
    if (first < 0 || label === null) continue
    const { type, separator } = document.labelColumns[first]!
    const tags = type === 'tags' && typeof label === 'string' ? (splitTags(label, separator ?? ';') ?? []) : label
    for (const one of [tags].flat()) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1)
  }
  const what = document.kind === 'table' ? plural(entries.length, 'row') : plural(entries.length, 'image')
  const labels = document.labelColumns.map(({ name }) => name)
  return {
    layout: 'exported',
    summary: `the dataset ${JSON.stringify(document.name)}, version ${document.version}, as Graft exported it: ${what}${isComplete ? '' : ' (more were not counted)'}; labels: ${labels.join(', ') || 'none'}; the split is given`,
    count: entries.length,
    classes: [...counts].map(([name, count]) => ({ name, count })),
    columns: [],
    suggestedLabels: labels,
    header: null,
    warnings: firstProblems(problems),
  }
}
