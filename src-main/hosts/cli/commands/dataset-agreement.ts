import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { Agreement } from '../../../contract/opinions.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { percent, printJson, printLine, printTable } from '../print.ts'

interface AgreementFlags extends GlobalOptions {
  opinion?: string
}

export function addDatasetAgreementCommand(dataset: Command): void {
  withGlobals(
    dataset.command('agreement <name>').description("agreement and Cohen's kappa of finished second opinions"),
  )
    .option('--opinion <name>', 'only the pass of this name or id')
    .action((name: string, flags: AgreementFlags) =>
      inSession(flags, false, (context) => agreement(context, name, flags)),
    )
}

async function agreement({ session, json }: CommandContext, name: string, flags: AgreementFlags): Promise<void> {
  const all = await session.call('opinions.list', { datasetId: name })
  const finished = all.filter(({ finishedAt }) => finishedAt !== null)
  const chosen = finished.filter((one) => flags.opinion === undefined || [one.id, one.name].includes(flags.opinion))
  if (chosen.length === 0 && flags.opinion !== undefined) {
    const names = finished.map((one) => one.name).join(', ') || 'none'
    throw new GraftError(
      'E_NOT_FOUND',
      `Expected a finished second opinion of ${name}. Received: ${flags.opinion}. Available: ${names}.`,
      { fix: 'Choose one of them, or finish it in the window first.' },
    )
  }
  const found: Agreement[] = []
  for (const { id } of chosen) found.push(await session.call('opinions.agreement', { opinionId: id }))
  if (json) return printJson(found)
  if (found.length === 0) return printLine(`${name} has no finished second opinion.`)
  for (const one of found) print(one)
}

function print({ name, column, items, agreed, agreement, kappa, classes }: Agreement): void {
  printLine(`${name}: ${plural(items, 'item')} of ${column}, ${agreed} labelled alike`)
  const interval = (low: number, high: number): string => `${low.toFixed(3)} to ${high.toFixed(3)}`
  if (agreement !== null) {
    printLine(`agreement ${percent(agreement.share)} (${percent(agreement.low)} to ${percent(agreement.high)})`)
  }
  printLine(
    kappa === null
      ? 'kappa: not defined for one class'
      : `kappa ${kappa.kappa.toFixed(3)} (${interval(kappa.low, kappa.high)})`,
  )
  printTable(
    ['class', 'first', 'second', 'both', 'kappa', '95 %'],
    classes.map((one) => [
      one.name,
      one.first,
      one.second,
      one.both,
      one.kappa === null ? null : one.kappa.kappa.toFixed(3),
      one.kappa === null ? null : interval(one.kappa.low, one.kappa.high),
    ]),
  )
}
