import type { Command } from 'commander'
import { wholeNumber } from '../../numbers.ts'
import { printJson, printLine, printTable } from '../../print.ts'
import { columnOf, labellingCommand, type LabellingFlags, withFeatures } from './prepared.ts'

interface SuspiciousFlags extends LabellingFlags {
  readonly count: string
  readonly kept: boolean
}

export function addSuspiciousCommand(dataset: Command): void {
  labellingCommand(dataset, 'suspicious', 'labels that are probably wrong, most suspicious first')
    .option('--column <name>', 'label column; default: the first of classes')
    .option('--count <number>', 'at most so many', '1000')
    .option('--kept', 'also those that were looked at and kept', false)
    .action((name: string, flags: SuspiciousFlags) =>
      withFeatures(name, flags, async ({ session, dataset, json }) => {
        const { labels, total, examined, note } = await session.call('labelling.suspicious', {
          datasetId: dataset.id,
          column: columnOf(dataset, flags.column),
          count: wholeNumber('--count', flags.count),
          kept: flags.kept,
        })
        if (note !== null) process.stderr.write(`note ${note}\n`)
        const rows = labels.map(({ item, path, given, suggested, score }) => ({ item, path, given, suggested, score }))
        if (json) return printJson(rows)
        printTable(
          ['item', 'path', 'given', 'suggested', 'score'],
          rows.map(({ item, path, given, suggested, score }) => [item, path, given, suggested, score.toFixed(4)]),
        )
        printLine(`${total} of ${examined} labels`)
      }),
    )
}
