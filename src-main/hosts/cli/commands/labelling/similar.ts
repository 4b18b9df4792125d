import { resolve } from 'node:path'
import type { Command } from 'commander'
import { GraftError } from '../../../../contract/errors.ts'
import { wholeNumber } from '../../numbers.ts'
import { printJson, printTable } from '../../print.ts'
import { labellingCommand, type LabellingFlags, withFeatures } from './prepared.ts'

interface SimilarFlags extends LabellingFlags {
  readonly item?: string[]
  readonly file?: string
  readonly count: string
}

export function addSimilarCommand(dataset: Command): void {
  labellingCommand(dataset, 'similar', 'items that are most like others, or like a picture')
    .option('--item <ids...>', 'ids of items')
    .option('--file <picture>', 'a picture from outside')
    .option('--count <number>', 'so many items', '20')
    .action((name: string, flags: SimilarFlags) =>
      withFeatures(name, flags, async ({ session, dataset, json }) => {
        const { items } = await session.call('labelling.similar', {
          datasetId: dataset.id,
          ...target(flags),
          count: wholeNumber('--count', flags.count),
        })
        if (json) return printJson(items)
        printTable(
          ['item', 'path', 'similarity'],
          items.map(({ item, path, similarity }) => [item, path, similarity.toFixed(4)]),
        )
      }),
    )
}

function target({ item, file }: SimilarFlags): { itemIds: number[] } | { source: string } {
  if (item !== undefined && file === undefined) return { itemIds: item.map((id) => wholeNumber('--item', id)) }
  if (item === undefined && file !== undefined) return { source: resolve(file) }
  const received = file === undefined ? 'neither' : 'both'
  throw new GraftError('E_INPUT', `Expected --item ID or --file PICTURE. Received: ${received}.`, {
    fix: 'Give one of them.',
  })
}
