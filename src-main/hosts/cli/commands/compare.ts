import type { Command } from 'commander'
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
  const parameters = differingParameters(runs, all)
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

/** `path.of.parameter` -> one value per run. */
export function differingParameters(runs: readonly Pick<Detail, 'spec'>[], all: boolean): Record<string, unknown[]> {
  const flat = runs.map((run) => flatten(run.spec))
  const paths = [...new Set(flat.flatMap((entries) => Object.keys(entries)))].sort()
  const rows = paths.map((path) => [path, flat.map((entries) => entries[path])] as const)
  return Object.fromEntries(
    rows.filter(([, values]) => all || new Set(values.map((value) => JSON.stringify(value))).size > 1),
  )
}

function flatten(value: unknown, path = ''): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { [path]: value }
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`)),
  ) as Record<string, unknown>
}

/** Layers whose state is not the same in all runs. */
function freezeDifference(runs: readonly Detail[]): Record<string, (string | null)[]> {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.plan.states)))]
  const rows = names.map((name) => [name, runs.map((run) => run.plan.states[name] ?? null)] as const)
  return Object.fromEntries(rows.filter(([, states]) => new Set(states).size > 1))
}
