import type { Command } from 'commander'
import { differingParameters } from '../../../base/differing-parameters.ts'
import type { RequestOutput } from '../../../contract/index.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { printJson, printLine, printTable } from '../print.ts'
import { metricsBySplit } from './run.ts'

type Detail = RequestOutput<'runs.get'>

export function addCompareCommand(program: Command): void {
  withGlobals(
    program
      .command('compare <runs...>')
      .description('metrics side by side, and the parameters that differ')
      .option('--all', 'parameters that are equal, too', false),
  ).action((ids: string[], flags: GlobalOptions & { all: boolean }) =>
    inSession(flags, false, (context) => compare(context, ids, flags.all)),
  )
}

async function compare({ session, json }: CommandContext, ids: string[], all: boolean): Promise<void> {
  const runs = await Promise.all(ids.map((runId) => session.call('runs.get', { runId })))
  const parameters = differingParameters(
    runs.map(({ spec }) => spec),
    all,
  )
  const comparable = new Set(runs.map((run) => run.dataset.hash)).size === 1
  if (json) {
    return printJson({
      comparable,
      runs: runs.map((run) => ({
        runId: run.id,
        name: run.name,
        status: run.status,
        strategy: run.strategy,
        seconds: run.seconds,
        metrics: metricsBySplit(run),
      })),
      parameters,
      freeze: freezeDifference(runs),
    })
  }
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort()
  printTable(
    ['metric', ...runs.map((run) => run.id)],
    names.map((name) => [name, ...runs.map((run) => rounded(run.metrics[name]?.kept))]),
  )
  printLine()
  printTable(
    ['parameter', ...runs.map((run) => run.id)],
    Object.entries(parameters).map(([path, values]) => [path, ...values.map((value) => JSON.stringify(value) ?? '-')]),
  )
  if (!comparable) printLine('\nNot comparable: the runs saw different data (dataset, version, labels or split).')
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(5))
}

/** Layers whose state is not the same in all runs. */
function freezeDifference(runs: readonly Detail[]): Record<string, (string | null)[]> {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.plan.states)))]
  const rows = names.map((name) => [name, runs.map((run) => run.plan.states[name] ?? null)] as const)
  return Object.fromEntries(rows.filter(([, states]) => new Set(states).size > 1))
}
