import { resolve } from 'node:path'
import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { DatasetFormat } from '../../../contract/datasets.ts'
import { GraftError } from '../../../contract/errors.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { wholeNumber } from '../numbers.ts'
import { endProgress, printJson, printLine, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'

interface ExportFlags extends GlobalOptions {
  format: string
  out?: string
  link: boolean
  atVersion?: string
}

export function addExportDatasetCommand(dataset: Command): void {
  withGlobals(dataset.command('export <name>').description('write a dataset so that an import makes the same of it'))
    .requiredOption('--format <format>', `${DatasetFormat.options.join(', ')}`)
    .option('--out <folder>', 'a new or empty folder (default: in exports/ of the workspace)')
    .option('--link', 'hard links to the pictures instead of copies, where the file system can', false)
    .option('--at-version <number>', 'an older version; default: the newest')
    .action((name: string, flags: ExportFlags) =>
      inSession(flags, false, (context) => exportDataset(context, name, flags)),
    )
}

async function exportDataset({ session, json }: CommandContext, name: string, flags: ExportFlags): Promise<void> {
  const format = formatOf(flags.format)
  const asked = flags.atVersion === undefined ? {} : { version: wholeNumber('--at-version', flags.atVersion) }
  const dataset = await session.call('datasets.get', { datasetId: name })
  const what = { datasetId: dataset.id, ...asked }
  const notes =
    (await session.call('datasets.exportOffers', what)).find((offer) => offer.format === format)?.notes ?? []
  for (const note of notes) process.stderr.write(`note ${note}\n`)
  const folderAsked = flags.out === undefined ? {} : { folder: resolve(flags.out) }
  const { jobId } = await session.call('datasets.export', { ...what, ...folderAsked, format, link: flags.link })
  const progress = progressLine()
  const { result } = await waitForJob(session, jobId, (job) =>
    progress(job.total === null ? job.message : `${job.message} ${job.done} of ${job.total}`),
  )
  endProgress()
  const { folder, hash, version, items, files, linked } = result as unknown as Result
  if (json) {
    return printJson({ dataset: dataset.name, version, hash, format, folder, items, files, linked, notes })
  }
  const how = linked > 0 ? `, ${linked} of ${plural(files, 'picture')} linked` : ''
  printLine(`${dataset.name}, version ${version}: ${plural(items, 'item')} as ${format} in ${folder}${how}`)
  printLine(`hash ${hash}`)
}

interface Result {
  readonly folder: string
  readonly hash: string
  readonly version: number
  readonly items: number
  readonly files: number
  readonly linked: number
}

function formatOf(text: string): DatasetFormat {
  const found = DatasetFormat.safeParse(text)
  if (found.success) return found.data
  throw new GraftError(
    'E_EXPORT_FORMAT',
    `Expected a format of datasets. Received: ${text}. Available: ${DatasetFormat.options.join(', ')}.`,
    { fix: 'Choose one of them.' },
  )
}
