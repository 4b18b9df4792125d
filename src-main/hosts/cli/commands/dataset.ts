import type { Command } from 'commander'
import { parseDecimal } from '../../../base/parse-decimal.ts'
import { TAG_SEPARATORS } from '../../../base/tag-cells.ts'
import { plural } from '../../../base/plural.ts'
import type { FeatureColumn, LabelColumn } from '../../../contract/datasets.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { RequestInput, RequestOutput } from '../../../contract/index.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { wholeNumber } from '../numbers.ts'
import { endProgress, printJson, printLine, printTable, progressLine } from '../print.ts'
import { columnLines } from '../column-lines.ts'
import { waitForJob } from '../wait.ts'
import { addDatasetAgreementCommand } from './dataset-agreement.ts'
import { addDatasetHistoryCommands } from './dataset-history.ts'
import { addExportDatasetCommand } from './export-dataset.ts'
import { addLabellingCommands } from './labelling/index.ts'

interface ImportFlags extends GlobalOptions {
  name: string
  label?: string[]
  classes?: string[]
  values?: string[]
  tags?: string[]
  tagColumns?: string[]
  tagsName?: string
  tagSeparator?: string
  ignore?: string[]
  missing?: string[]
  header?: boolean
  copy: boolean
  split?: string
  seed?: string
}

export function addDatasetCommands(program: Command): void {
  const dataset = program.command('dataset').description('import, export, list and show datasets')
  withGlobals(dataset.command('import <source>').description('import a folder, an IDX pair or a table'))
    .requiredOption('--name <name>', 'name of the dataset in the workspace')
    .option('--label <columns...>', 'label columns of a table or label file')
    .option('--classes <columns...>', 'label columns whose values are classes, also where they are numbers')
    .option('--values <columns...>', 'label columns whose values are quantities (regression)')
    .option('--tags <columns...>', 'label columns whose cells hold several tags, e.g. dog;cat')
    .option('--tag-columns <columns...>', 'columns of 0 and 1 that become one label column, a tag each')
    .option('--tags-name <name>', 'name of the label column of --tag-columns (default: tags)')
    .option(
      '--tag-separator <character>',
      'what stands between tags: ; | or , (default: the first of them that occurs)',
    )
    .option('--ignore <columns...>', 'columns to leave out')
    .option('--missing <texts...>', 'what stands for no value, instead of NA, NaN, null, None, ? and -')
    .option('--header', 'the first line names the columns')
    .option('--no-header', 'the first line is a row')
    .option('--copy', 'copy the files into the workspace instead of reading them in place', false)
    .option('--split <shares>', 'train, validation and test shares, e.g. 0.7,0.15,0.15')
    .option('--seed <number>', 'seed of the split')
    .action((source: string, flags: ImportFlags) =>
      inSession(flags, true, (context) => importDataset(context, source, flags)),
    )
  withGlobals(dataset.command('list').description('datasets of the workspace')).action((flags: GlobalOptions) =>
    inSession(flags, false, listDatasets),
  )
  withGlobals(dataset.command('show <name>').description('classes, splits and problems of one dataset')).action(
    (name: string, flags: GlobalOptions) => inSession(flags, false, (context) => showDataset(context, name)),
  )
  addExportDatasetCommand(dataset)
  addDatasetHistoryCommands(dataset)
  addDatasetAgreementCommand(dataset)
  addLabellingCommands(dataset)
}

async function importDataset({ session, json }: CommandContext, source: string, flags: ImportFlags): Promise<void> {
  const { jobId } = await session.call('datasets.import', { source, options: importOptions(flags) })
  const progress = progressLine()
  const job = await waitForJob(session, jobId, (job) =>
    progress(`${job.message} ${job.done}${job.total === null ? '' : ` of ${job.total}`}`),
  )
  endProgress()
  const datasetId = String(job.result?.['datasetId'])
  const summary = await summarise(session, datasetId)
  if (json) return printJson(summary)
  printLine(
    `${summary.name}: ${plural(summary.items, 'item')}, ${plural(summary.classes.length, 'class', 'classes')}, ${plural(summary.problems.length, 'problem')}`,
  )
  printColumns(summary)
  for (const problem of summary.problems.slice(0, 20)) {
    printLine(`  ${problem.path === '' ? '' : `${problem.path}: `}${problem.message}`)
  }
  if (summary.problems.length > 20)
    printLine(`  ... and ${summary.problems.length - 20} more (graft dataset show ${summary.name} --json)`)
}

function importOptions(flags: ImportFlags): RequestInput<'datasets.import'>['options'] {
  return {
    name: flags.name,
    storage: flags.copy ? 'copy' : 'reference',
    ...labelOption(flags),
    ...tagOptions(flags),
    ignoreColumns: flags.ignore ?? [],
    ...(flags.missing === undefined ? {} : { missing: flags.missing }),
    ...(flags.header === undefined ? {} : { header: flags.header }),
    ...splitOption(flags),
  }
}

function labelOption({ label = [], classes = [], values = [], tags = [] }: ImportFlags) {
  const isTyped = (name: string): boolean => [...classes, ...values, ...tags].includes(name)
  const labelColumns = [
    ...label.filter((name) => !isTyped(name)).map((name) => ({ name })),
    ...classes.map((name) => ({ name, type: 'classification' as const })),
    ...values.map((name) => ({ name, type: 'regression' as const })),
    ...tags.map((name) => ({ name, type: 'tags' as const })),
  ]
  return labelColumns.length === 0 ? {} : { labelColumns }
}

function tagOptions({ tagColumns, tagsName, tagSeparator }: ImportFlags) {
  const separator = TAG_SEPARATORS.find((one) => one === tagSeparator)
  if (tagSeparator !== undefined && separator === undefined) {
    throw new GraftError('E_INPUT', `Expected --tag-separator as one of ; | and ,. Received: ${tagSeparator}`, {
      fix: 'Give one of them, in quotes.',
    })
  }
  if (tagsName !== undefined && tagColumns === undefined) {
    throw new GraftError('E_INPUT', 'Expected --tag-columns with --tags-name. Received: --tags-name alone.', {
      fix: 'Say which columns become tags.',
    })
  }
  const named = tagsName === undefined ? {} : { name: tagsName }
  return {
    ...(tagColumns === undefined ? {} : { tagColumns: { ...named, columns: tagColumns } }),
    ...(separator === undefined ? {} : { tagSeparator: separator }),
  }
}

function splitOption(flags: ImportFlags): {
  split?: { train?: number; validation?: number; test?: number; seed?: number }
} {
  const seed = flags.seed === undefined ? {} : { seed: wholeNumber('--seed', flags.seed) }
  if (flags.split === undefined) return flags.seed === undefined ? {} : { split: seed }
  const [train, validation, test, ...rest] = flags.split.split(',').map(parseDecimal)
  const shares = [train, validation, test]
  if (rest.length > 0 || shares.some((share) => share === undefined || !Number.isFinite(share))) {
    throw new GraftError('E_INPUT', `Expected --split as three shares, e.g. 0.7,0.15,0.15. Received: ${flags.split}`, {
      fix: 'Give the shares of train, validation and test, with commas between.',
    })
  }
  return { split: { train: train as number, validation: validation as number, test: test as number, ...seed } }
}

type Problems = RequestOutput<'datasets.problems'>['problems']

interface Summary {
  id: string
  name: string
  version: number
  kind: string
  items: number
  splits: { train: number; validation: number; test: number }
  /** Of the first column of classes or tags. */
  classes: { name: string; count: number }[]
  columns: { name: string; type: LabelColumn['type']; unlabelled: number; classes: { name: string; count: number }[] }[]
  features: FeatureColumn[]
  problems: Problems
}

async function summarise(session: CommandContext['session'], datasetId: string): Promise<Summary> {
  const dataset = await session.call('datasets.get', { datasetId })
  const statistics = await session.call('datasets.statistics', { datasetId: dataset.id })
  const { problems } = await session.call('datasets.problems', { datasetId: dataset.id, limit: 10_000 })
  const columns = statistics.columns.map((column) => ({
    name: column.name,
    type: dataset.labelColumns.find((label) => label.name === column.name)?.type ?? 'classification',
    unlabelled: column.unlabelled,
    classes: column.classes.map(({ name, total }) => ({ name, count: total })),
  }))
  return {
    id: dataset.id,
    name: dataset.name,
    version: dataset.version,
    kind: dataset.kind,
    items: dataset.items,
    splits: dataset.splitCounts,
    classes: columns.find((column) => column.type !== 'regression')?.classes ?? [],
    columns,
    features: dataset.featureColumns,
    problems,
  }
}

async function listDatasets({ session, json }: CommandContext): Promise<void> {
  const datasets = await session.call('datasets.list', {})
  if (json) return printJson(datasets)
  printTable(
    ['name', 'kind', 'items', 'train', 'validation', 'test', 'version', 'id'],
    datasets.map((d) => [
      d.name,
      d.kind,
      d.items,
      d.splitCounts.train,
      d.splitCounts.validation,
      d.splitCounts.test,
      d.version,
      d.id,
    ]),
  )
}

function printColumns({ columns, features }: Summary): void {
  for (const line of columnLines({ labelColumns: columns, featureColumns: features })) printLine(line)
}

async function showDataset({ session, json }: CommandContext, name: string): Promise<void> {
  const summary = await summarise(session, name)
  if (json) return printJson(summary)
  printLine(`${summary.name} (${summary.id}), version ${summary.version}: ${plural(summary.items, 'item')}`)
  printColumns(summary)
  printLine(`train ${summary.splits.train}, validation ${summary.splits.validation}, test ${summary.splits.test}`)
  for (const column of summary.columns) {
    printLine()
    printLine(`${column.name} (${column.type}), ${column.unlabelled} without a label`)
    printTable(
      [column.type === 'tags' ? 'tag' : 'class', 'items'],
      column.classes.map((entry) => [entry.name, entry.count]),
    )
  }
  if (summary.problems.length > 0) {
    printLine()
    printTable(
      ['problem', 'level', 'path'],
      summary.problems.map((problem) => [problem.code, problem.level, problem.path]),
    )
  }
}
