import type { Dataset, LabelColumn } from '@contract/datasets.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'

export type HeadInput = NonNullable<ExperimentSpecInput['heads']>[number]

/** The heads that the spec means: its own, or one for the dataset's first label column. */
export function effectiveHeads(spec: ExperimentSpecInput, dataset: Dataset | null): HeadInput[] {
  if (spec.heads && spec.heads.length > 0) return spec.heads
  return (dataset?.labelColumns ?? []).slice(0, 1).map(headOf)
}

/** Label columns that no head learns yet. */
export function freeColumns(spec: ExperimentSpecInput, dataset: Dataset | null): LabelColumn[] {
  const taken = new Set(effectiveHeads(spec, dataset).map((head) => head.column))
  return (dataset?.labelColumns ?? []).filter((column) => !taken.has(column.name))
}

/** One more head, for the first label column without one. */
export function withHead(spec: ExperimentSpecInput, dataset: Dataset | null): ExperimentSpecInput {
  const [column] = freeColumns(spec, dataset)
  return column ? { ...spec, heads: [...effectiveHeads(spec, dataset), headOf(column)] } : spec
}

export function withoutHead(spec: ExperimentSpecInput, dataset: Dataset | null, index: number): ExperimentSpecInput {
  return { ...spec, heads: effectiveHeads(spec, dataset).filter((_, at) => at !== index) }
}

function headOf(column: LabelColumn): HeadInput {
  return { name: column.name, column: column.name, type: column.type }
}
