import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { EXPORT_OPTIONS } from '../../../contract/export-options.ts'
import type { ExportRecord } from '../../../contract/models.ts'
import type { ParamField } from '../../../contract/params.ts'
import type { TrainedFeatures } from '../../../contract/precision.ts'
import { trainedOnSentences } from '../../../contract/precision-words.ts'
import { programSentences } from '../../../contract/proof-words.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { endProgress, printJson, printLine, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'

interface ExportFlags extends GlobalOptions {
  readonly format: string
  readonly out?: string
  readonly intendedUse?: string
  /** By the name of a format's field. */
  readonly [field: string]: unknown
}

export function addExportCommand(program: Command): void {
  const formats = Object.keys(EXPORT_OPTIONS).join(', ')
  const command = withGlobals(
    program
      .command('export <run>')
      .description('write a trained model as files that other programs load')
      .option('--format <format>', formats, 'keras')
      .option('--out <dir>', 'folder to write (default: exports/ of the workspace)')
      .option('--intended-use <text>', 'what the model is for, on its card'),
  )
  const fields = exportFields()
  for (const field of fields) command.addOption(flagOf(field))
  command.action((runId: string, flags: ExportFlags) =>
    inSession(flags, false, (context) => exportModel(context, runId, flags, fields)),
  )
}

/** A field of one format or more. */
interface ExportField {
  readonly name: string
  readonly of: readonly { readonly format: string; readonly field: ParamField }[]
}

/** The fields of all formats, each name once. */
function exportFields(): ExportField[] {
  const all = Object.entries(EXPORT_OPTIONS).flatMap(([format, { fields }]) =>
    fields.map((field: ParamField) => ({ format, field })),
  )
  const names = [...new Set(all.map(({ field }) => field.name))]
  return names.map((name) => ({ name, of: all.filter(({ field }) => field.name === name) }))
}

/** Formats may give a field different values: each value is told with the formats that have it where not all of them do. */
function flagOf({ name, of }: ExportField): Option {
  const values = [...new Set(of.flatMap(({ field }) => (field.choices ?? []).map(({ value }) => value)))]
  const having = (value: string): string[] =>
    of.filter(({ field }) => field.choices?.some((choice) => choice.value === value)).map(({ format }) => format)
  const told = values.map((value) =>
    having(value).length === of.length ? value : `${value} (${having(value).join(', ')})`,
  )
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const formats = of.map(({ format }) => format).join(', ')
  return new Option(`--${flag} <value>`, `${told.join(', ')}; of ${formats} (default: ${String(of[0]?.field.default)})`)
}

async function exportModel(
  { session, json }: CommandContext,
  runId: string,
  flags: ExportFlags,
  fields: readonly ExportField[],
): Promise<void> {
  const given = fields.map(({ name }) => [name, flags[name]]).filter(([, value]) => value !== undefined)
  const { jobId } = await session.call('models.export', {
    runId,
    format: flags.format,
    options: Object.fromEntries(given) as Record<string, unknown>,
    ...(flags.out === undefined ? {} : { folder: resolve(flags.out) }),
    ...(flags.intendedUse === undefined ? {} : { intendedUse: flags.intendedUse }),
  })
  const progress = progressLine()
  const job = await waitForJob(session, jobId, (job) => progress(job.message))
  endProgress()
  const record = (await session.call('models.exports', { runId })).find(
    (entry) => entry.id === job.result?.['exportId'],
  )
  if (json) return printJson(record ?? job.result)
  if (record === undefined) return printLine(JSON.stringify(job.result))
  print(record)
}

function print(record: ExportRecord): void {
  const options = Object.entries(record.options).map(([name, value]) => `${name} ${String(value)}`)
  printLine(`${[record.format, ...options].join(', ')} in ${record.folder}`)
  for (const file of record.files) printLine(`  ${file.name}  ${file.sizeBytes} bytes  ${file.sha256}`)
  const { samples, maxDifference, program, trainedOn } = record.proof
  if (maxDifference === null)
    printLine('Graft has no runtime of this format: the files were not loaded again inside it.')
  else {
    printLine(
      `Loaded again in a clean process: largest difference ${maxDifference.toExponential(2)} over ${samples} samples.`,
    )
  }
  for (const sentence of program === undefined ? [] : programSentences(program)) printLine(sentence)
  if (trainedOn !== undefined) printTrainedOn(trainedOn, record.options['weights'])
}

function printTrainedOn(trainedOn: TrainedFeatures, weights: unknown): void {
  for (const sentence of trainedOnSentences(trainedOn, weights)) printLine(sentence)
  const isAsTrained = trainedOn.precision !== 'int8' || trainedOn.isTrainedLater || weights === 'int8'
  if (!isAsTrained)
    printLine('With --weights int8, of onnx or litert, files compute in int8, too, by the ranges of the run.')
}
