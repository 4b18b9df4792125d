import type { Command } from 'commander'
import { OrderBy } from '../../../../contract/labelling.ts'
import { GraftError } from '../../../../contract/errors.ts'
import { wholeNumber } from '../../numbers.ts'
import { printJson, printTable } from '../../print.ts'
import {
  columnOf,
  labellingCommand,
  type LabellingFlags,
  type Prepared,
  withDataset,
  withFeatures,
} from './prepared.ts'

interface OrderFlags extends LabellingFlags {
  readonly by: string
  readonly count: string
  readonly seed: string
}

export function addOrderCommand(dataset: Command): void {
  labellingCommand(dataset, 'order', 'what to label next')
    .option('--column <name>', 'label column; default: the first of classes')
    .option('--by <order>', OrderBy.options.join(', '), 'mixed')
    .option('--count <number>', 'so many items', '100')
    .option('--seed <number>', 'seed of what is drawn', '0')
    .action((name: string, flags: OrderFlags) => {
      const by = orderOf(flags.by)
      const open = by === 'random' ? withDataset : withFeatures
      return open(name, flags, (prepared) => order(prepared, by, flags))
    })
}

async function order({ session, dataset, json }: Prepared, by: OrderBy, flags: OrderFlags): Promise<void> {
  const { items, note } = await session.call('labelling.order', {
    datasetId: dataset.id,
    column: columnOf(dataset, flags.column),
    by,
    count: wholeNumber('--count', flags.count),
    seed: wholeNumber('--seed', flags.seed),
  })
  if (note !== null) process.stderr.write(`note ${note}\n`)
  if (json) return printJson(items)
  printTable(
    ['item', 'path', 'score'],
    items.map(({ item, path, score }) => [item, path, score.toFixed(4)]),
  )
}

function orderOf(text: string): OrderBy {
  const found = OrderBy.safeParse(text)
  if (found.success) return found.data
  throw new GraftError('E_INPUT', `Expected --by as ${OrderBy.options.join(', ')}. Received: ${text}`, {
    fix: 'Choose one of them.',
  })
}
