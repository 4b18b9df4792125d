import { EXPORT_OPTIONS } from '../../src-main/learning/exporters/options.ts'
import { readExportOptions } from '../../src-main/learning/exporters/options.ts'

/** Every combination of a format's options that a model of this kind has, the defaults first. */
export function optionsOf(format, preprocessing) {
  let forms = [{}]
  for (const { name, choices } of EXPORT_OPTIONS[format].fields) {
    if (!isOption(format, name, choices[0].value, preprocessing)) continue
    forms = forms.flatMap((form) => choices.map(({ value }) => ({ ...form, [name]: value })))
  }
  return forms
}

/** Some say nothing of a table. */
function isOption(format, name, value, preprocessing) {
  try {
    readExportOptions(format, { [name]: value }, preprocessing)
    return true
  } catch {
    return false
  }
}

export const isDefault = (format, options) =>
  EXPORT_OPTIONS[format].fields.every(({ name, default: standard }) => (options[name] ?? standard) === standard)

/** What its numbers are stored as. */
export const kindOfWeights = (options) => options.weights ?? 'float32'
