import type { Command } from 'commander'
import { printJson, printTable } from '../../print.ts'
import { allCandidates } from './candidates.ts'
import { columnOf, labellingCommand, type LabellingFlags, learnt, withFeatures } from './prepared.ts'

export function addSuggestCommand(dataset: Command): void {
  labellingCommand(dataset, 'suggest', 'what a head on the features suggests for items without a label')
    .option('--column <name>', 'label column; default: the first of classes')
    .action((name: string, flags: LabellingFlags) =>
      withFeatures(name, flags, async ({ session, dataset, json }) => {
        const column = columnOf(dataset, flags.column)
        await learnt(session, dataset.id, column)
        const found = await allCandidates(session, { datasetId: dataset.id, column, above: 0, test: true })
        const rows = found.suggestions.map(({ item, path, suggested, confidence }) => {
          return { item, path, suggested, confidence }
        })
        if (json) return printJson(rows)
        printTable(
          ['item', 'path', 'suggested', 'confidence'],
          rows.map(({ item, path, suggested, confidence }) => [item, path, suggested, confidence.toFixed(4)]),
        )
      }),
    )
}
