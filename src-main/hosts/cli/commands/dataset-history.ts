import type { Command } from 'commander'
import { GraftError } from '../../../contract/errors.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { wholeNumber } from '../numbers.ts'
import { printJson, printLine, printTable } from '../print.ts'

interface HistoryFlags extends GlobalOptions {
  named: boolean
  changes: boolean
  limit?: string
}

interface NameFlags extends GlobalOptions {
  remove: boolean
}

export function addDatasetHistoryCommands(dataset: Command): void {
  withGlobals(
    dataset.command('history <name>').description('what was changed, newest first: a labelling session is one line'),
  )
    .option('--named', 'only versions that have a name', false)
    .option('--changes', 'every single change', false)
    .option('--limit <number>', 'so many lines at most (default: 100)')
    .action((name: string, flags: HistoryFlags) => inSession(flags, false, (context) => history(context, name, flags)))
  withGlobals(dataset.command('name-version <name> <version> [text]').description('give a version of a dataset a name'))
    .option('--remove', 'take its name away', false)
    .action((name: string, version: string, text: string | undefined, flags: NameFlags) =>
      inSession(flags, false, (context) => nameVersion(context, { name, version, text }, flags)),
    )
}

async function history({ session, json }: CommandContext, name: string, flags: HistoryFlags): Promise<void> {
  const { id: datasetId, version } = await session.call('datasets.get', { datasetId: name })
  const limit = flags.limit === undefined ? 100 : wholeNumber('--limit', flags.limit)
  if (flags.changes) {
    const found = await session.call('history.changes', { datasetId, first: 1, last: version, limit })
    if (json) return printJson(found)
    const rows = found.changes.map((one) => [one.version, one.at, one.items, one.name, one.isUndone ? `${one.change} (undone)` : one.change]) // prettier-ignore
    printTable(['version', 'at', 'items', 'name', 'change'], rows)
    return printRest(found.total, rows.length)
  }
  const found = await session.call('history.entries', { datasetId, named: flags.named, limit })
  if (json) return printJson(found)
  const rows = found.entries.map(({ first, last, from, to, title, undone, names }) => [
    first === last ? String(first) : `${first}-${last}`,
    from === to ? from : `${from} to ${to}`,
    names.map((one) => one.name).join(', ') || null,
    undone === 0 ? title : `${title} (${undone} undone)`,
  ])
  printTable(['versions', 'at', 'name', 'change'], rows)
  printRest(found.total, rows.length)
}

function printRest(total: number, shown: number): void {
  if (total > shown) printLine(`... and ${total - shown} more (--limit ${total})`)
}

async function nameVersion(
  { session, json }: CommandContext,
  { name, version, text }: { name: string; version: string; text: string | undefined },
  { remove }: NameFlags,
): Promise<void> {
  if (remove === (text !== undefined)) {
    throw new GraftError('E_INPUT', 'Expected a name for the version, or --remove. Received: both or neither.', {
      fix: 'Write: graft dataset name-version DATASET 12 "before the review"',
    })
  }
  const number = wholeNumber('<version>', version)
  const { names } = await session.call('history.name', { datasetId: name, version: number, name: text ?? null })
  if (json) return printJson(names)
  printLine(
    text === undefined ? `Version ${number} of ${name} has no name now.` : `Version ${number} of ${name}: ${text}`,
  )
}
