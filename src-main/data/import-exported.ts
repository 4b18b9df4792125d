import { parseDecimal } from '../base/parse-decimal.ts'
import { splitTags } from '../base/tag-cells.ts'
import type { LabelValue } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import { EXPORTED_FILE, IMAGES_FOLDER } from '../contract/exported-dataset.ts'
import type { ImportJob } from '../contract/trainer.ts'
import { importExportedPixels } from './import-exported-pixels.ts'
import { importExportedTable } from './import-exported-table.ts'
import { importImages } from './import-images.ts'
import type { ImportTarget } from './import-sink.ts'
import type { ExportedEntry, ExportedPlan } from './exported-plan.ts'
import type { PlannedImage } from './plan-folder.ts'

/** Imports a dataset that Graft exported as it was; what was changed in it since counts. Returns how many items it has.
 *  @throws GraftError E_DATASET_LABEL */
export function importExported(
  plan: ExportedPlan,
  options: Pick<
    ImportJob['options'],
    'labelColumns' | 'ignoreColumns' | 'missing' | 'header' | 'tagColumns' | 'tagSeparator'
  >,
  target: ImportTarget,
): Promise<number> {
  const { document, problems } = plan
  if (options.missing !== undefined || options.header !== undefined) {
    const message =
      'An exported dataset says itself what is missing and what is a header; what was asked for does not count.'
    problems.push({ path: EXPORTED_FILE, code: 'bad-value', message, level: 'warning' })
  }
  if (options.tagColumns !== undefined || options.tagSeparator !== undefined) {
    const message = 'An exported dataset says itself which labels are tags; what was asked for does not count.'
    problems.push({ path: EXPORTED_FILE, code: 'bad-value', message, level: 'warning' })
  }
  const columns = chosenColumns(document.labelColumns, options.labelColumns)
  const labelsOf = (entry: ExportedEntry | null): PlannedImage['labels'] =>
    Object.fromEntries(columns.map(({ column, index }) => [column.name, labelOf(column, entry, index, plan)]))
  const labelColumns = columns.map(({ column: { name, type, classes } }) => ({ name, type, classes }))
  if (document.kind === 'table') {
    return importExportedTable(plan, { labelColumns, labelsOf, ignored: options.ignoreColumns }, target)
  }
  const images = plan.images.map(({ path, absolute, entry }): PlannedImage => {
    const inImages = document.layout === 'folders' ? path : path.slice(IMAGES_FOLDER.length + 1)
    return { path: inImages, absolute, labels: labelsOf(entry), split: entry?.split ?? null }
  })
  const image = { kind: 'images', layout: 'folder-with-labels', images, labelColumns, problems } as const
  const whole = { ...image, isComplete: true, split: document.split }
  return document.pixels === null ? importImages(whole, target) : importExportedPixels(whole, document.pixels, target)
}

type ExportedColumn = ExportedPlan['document']['labelColumns'][number]

/** The columns that were asked for, else all. */
function chosenColumns(
  columns: ExportedPlan['document']['labelColumns'],
  asked: ImportJob['options']['labelColumns'],
): { column: ExportedColumn; index: number }[] {
  const unknown = asked?.find(
    ({ name, type }) => !columns.some((one) => one.name === name && (type ?? one.type) === one.type),
  )
  if (unknown !== undefined) {
    const available = columns.map(({ name, type }) => `${name} (${type})`).join(', ') || 'none'
    throw new GraftError(
      'E_DATASET_LABEL',
      `Expected a label column of the exported dataset. Received: ${unknown.name}${unknown.type === undefined ? '' : ` (${unknown.type})`}. Available: ${available}.`,
      { fix: 'Choose one of them, or none to take all of them as they are.' },
    )
  }
  return [...columns.entries()]
    .filter(([, { name }]) => asked === undefined || asked.some((one) => one.name === name))
    .map(([index, column]) => ({ column, index }))
}

function labelOf(column: ExportedColumn, entry: ExportedEntry | null, index: number, plan: ExportedPlan): LabelValue {
  const said = entry?.labels[index] ?? null
  if (said === null) return null
  if (column.type === 'tags') {
    return Array.isArray(said) ? said : splitTags(String(said), column.separator ?? ';')
  }
  if (column.type === 'classification' && !Array.isArray(said)) return String(said)
  const value = Array.isArray(said) ? Number.NaN : typeof said === 'number' ? said : parseDecimal(said)
  if (Number.isFinite(value)) return value
  const what = column.type === 'classification' ? 'one class' : 'a number'
  const message = `Expected ${what} in ${column.name}. Received: ${String(said).slice(0, 50)}; imported without label.`
  plan.problems.push({ path: entry?.place ?? '', code: 'missing-label', message, level: 'warning' })
  return null
}
