import type { Command } from 'commander'
import { plural } from '../../../../base/plural.ts'
import { shareOption } from '../../numbers.ts'
import { printJson, printLine, printTable } from '../../print.ts'
import { allCandidates } from './candidates.ts'
import { columnOf, labellingCommand, type LabellingFlags, learnt, type Prepared, withFeatures } from './prepared.ts'

interface AcceptFlags extends LabellingFlags {
  readonly above: string
  readonly test: boolean
  readonly dryRun: boolean
}

/** The command is the person's word: what it counts becomes labels, as one change that can be undone. */
export function addAcceptCommand(dataset: Command): void {
  labellingCommand(dataset, 'accept', 'make confident suggestions labels, as one change that can be undone')
    .option('--column <name>', 'label column; default: the first of classes')
    .requiredOption('--above <share>', 'the least confidence, e.g. 0.95')
    .option('--test', 'items of the test split, too: look at them first (graft dataset suggest)', false)
    .option('--dry-run', 'only count', false)
    .action((name: string, flags: AcceptFlags) => withFeatures(name, flags, (prepared) => accept(prepared, flags)))
}

async function accept({ session, dataset, json }: Prepared, flags: AcceptFlags): Promise<void> {
  const above = shareOption('--above', flags.above)
  const column = columnOf(dataset, flags.column)
  await learnt(session, dataset.id, column)
  const what = { datasetId: dataset.id, column }
  const found = await allCandidates(session, { ...what, above, test: flags.test })
  const labels = found.classes.map(({ name }) => {
    const rows = found.suggestions.filter(({ suggested }) => suggested === name)
    return { itemIds: rows.map(({ item }) => item), value: name }
  })
  const isAccepting = !flags.dryRun && labels.length > 0
  const made = isAccepting ? await session.call('labelling.accept', { ...what, labels, test: flags.test }) : null
  const leftOut = flags.test ? 0 : found.inTest
  const result = { column, above, dryRun: flags.dryRun, accepted: made?.changed ?? 0, classes: found.classes }
  if (json)
    return printJson({
      ...result,
      total: found.total,
      test: leftOut,
      drawn: found.inDraw,
      version: made?.dataset.version ?? dataset.version,
    })
  printTable(
    ['class', 'items'],
    found.classes.map(({ name, count }) => [name, count]),
  )
  const done = flags.dryRun ? 'would be accepted' : 'accepted'
  printLine(`${plural(found.total, 'suggestion')} for ${column} of at least ${above} ${done}`)
  if (found.inDraw > 0)
    printLine(`${plural(found.inDraw, 'item')} left out: drawn for the estimate of accuracy, to be labelled by hand`)
  if (leftOut > 0) printLine(`${plural(leftOut, 'item')} of the test split left out: look at them, then add --test`)
}
