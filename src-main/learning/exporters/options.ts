import { GraftError } from '../../contract/errors.ts'
import type { Preprocessing } from '../../contract/network.ts'
import { EXPORT_OPTIONS } from '../../contract/export-options.ts'
import { defineParams, type ParamDefs, type Params } from '../../contract/params.ts'
import { issueText } from '../../base/issue-words.ts'

export { EXPORT_OPTIONS }

/** Values of a format's own fields, by name. */
export type ExportOptions = Readonly<Record<string, unknown>>

/** Whether what the options ask for is calibrated on items of the training split. */
export function isCalibrated(options: ExportOptions): boolean {
  return options['weights'] === 'int8'
}

/** Whether weights are kept in fewer bits than they were trained in, so that outputs differ. */
export function isQuantised({ weights = 'float32' }: ExportOptions): boolean {
  return weights !== 'float32'
}

/** Checks what was asked for and fills in the rest. Throws E_EXPORT_FORMAT. */
export function readExportOptions(
  format: string,
  given: Readonly<Record<string, unknown>>,
  { kind }: Preprocessing,
): ExportOptions {
  const { fields, schema } = (EXPORT_OPTIONS as Record<string, Params<ParamDefs>>)[format] ?? defineParams({})
  const own = fields.filter(({ imagesOnly }) => kind === 'image' || imagesOnly !== true).map(({ name }) => name)
  const unknown = Object.keys(given).find((name) => !own.includes(name))
  if (unknown !== undefined) {
    throw refusal(
      `Expected options that ${format} has for ${kind === 'image' ? 'images' : 'tables'}: ${own.join(', ') || 'none'}. Received: ${unknown}.`,
    )
  }
  const parsed = schema.safeParse(given)
  // Defaults of fields that say nothing of a table are left out, too.
  if (parsed.success) return Object.fromEntries(Object.entries(parsed.data).filter(([name]) => own.includes(name)))
  throw refusal(`Expected options of ${format}. Received ${issueText(parsed.error.issues)}.`)
}

function refusal(message: string): GraftError {
  return new GraftError('E_EXPORT_FORMAT', message, { fix: 'Leave it out, or give one of the values named.' })
}
