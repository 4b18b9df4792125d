import type { Dataset, LabelColumn } from '@contract/datasets.ts'
import type { ParamField, Variant } from '@contract/params.ts'
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

/** The head that an output layer of the drawn network belongs to; -1: none. */
export function headIndex(heads: readonly HeadInput[], layer: string | null): number {
  return heads.findIndex((head) => layer === head.name || layer === `head_${head.name}`)
}

/** The list of heads among a strategy's fields that only help the others. */
export function auxiliaryField(variant: Variant | null): ParamField | null {
  return variant?.fields.find((field) => field.type === 'names' && /auxiliar/i.test(field.name)) ?? null
}

export function auxiliaryHeads(spec: ExperimentSpecInput, field: ParamField | null): string[] {
  const value = field && (spec.strategy[field.name] ?? field.default)
  return Array.isArray(value) ? (value as string[]) : []
}

/** Marks a head as one that only helps, or takes the mark away. */
export function withAuxiliary(
  spec: ExperimentSpecInput,
  field: ParamField,
  head: string,
  isAuxiliary: boolean,
): ExperimentSpecInput {
  const others = auxiliaryHeads(spec, field).filter((name) => name !== head)
  return { ...spec, strategy: { ...spec.strategy, [field.name]: isAuxiliary ? [...others, head] : others } }
}

function headOf(column: LabelColumn): HeadInput {
  return { name: column.name, column: column.name, type: column.type }
}
