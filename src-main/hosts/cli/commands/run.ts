import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { RequestInput, RequestOutput } from '../../../contract/index.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { wholeNumber } from '../numbers.ts'
import { endProgress, percent, printJson, printLine, printTable, progressLine, seconds } from '../print.ts'
import { printExhibits } from '../print-exhibits.ts'
import { waitForRun } from '../wait.ts'

type Run = RequestOutput<'runs.list'>['runs'][number]

export function addRunCommands(program: Command): void {
  withGlobals(program.command('run <spec>').description('train what a spec file says (- reads standard input)')).action(
    (spec: string, flags: GlobalOptions) => inSession(flags, false, (context) => startRun(context, spec)),
  )
  withGlobals(program.command('resume <run>').description('go on from the last checkpoint')).action(
    (runId: string, flags: GlobalOptions) =>
      inSession(flags, false, (context) => {
        const { session } = context
        return follow(context, async () => (await session.call('runs.resume', { runId })).id)
      }),
  )
  withGlobals(
    program
      .command('extend <run>')
      .description('train more epochs')
      .requiredOption('--epochs <number>', 'how many more'),
  ).action((runId: string, flags: GlobalOptions & { epochs: string }) =>
    inSession(flags, false, (context) => {
      const { session } = context
      const epochs = wholeNumber('--epochs', flags.epochs)
      return follow(context, async () => (await session.call('runs.extend', { runId, epochs })).id)
    }),
  )
  withGlobals(
    program
      .command('runs')
      .description('runs of the workspace')
      .option('--sort <field>', 'field, or metrics.<name>', 'createdAt'),
  ).action((flags: GlobalOptions & { sort: string }) =>
    inSession(flags, false, (context) => listRuns(context, flags.sort)),
  )
}

/** A spec file as it is written; `-` is standard input. */
export function readSpec(path: string): RequestInput<'runs.start'>['spec'] {
  let text: string
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    throw new GraftError(
      'E_SOURCE_PATH',
      `Expected a readable spec file. Received: ${path} (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`,
      { fix: 'Check the spelling, or give - and the spec on standard input.' },
    )
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as RequestInput<'runs.start'>['spec']
  } catch (error) {
    throw new GraftError('E_RUN_SPEC', `Expected JSON in ${path}. ${(error as Error).message}`, {
      fix: 'The schema: graft schema --json. Examples: docs/cli.md',
    })
  }
}

async function startRun(context: CommandContext, path: string): Promise<void> {
  const spec = readSpec(path)
  const { session } = context
  await follow(context, async () => {
    const { runId } = await session.call('runs.start', { spec })
    const { plan } = await session.call('runs.get', { runId })
    for (const { message } of warningsOf(plan)) process.stderr.write(`warn ${message}\n`)
    return runId
  })
}

async function follow({ session, json }: CommandContext, start: () => Promise<string>): Promise<void> {
  const progress = progressLine()
  const left = (value: number | null): string => (value === null ? '' : `, ${seconds(value)} left`)
  const run = await waitForRun(
    session,
    start,
    ({ phase, epoch, progress: share, secondsLeft }) =>
      progress(`${phase}: epoch ${epoch.toFixed(1)}, ${Math.round(share * 100)} %${left(secondsLeft)}`),
    ({ message, done, total, secondsLeft }) =>
      progress(`${message}: ${done}${total === null ? '' : ` of ${total}`}${left(secondsLeft)}`),
  )
  endProgress()
  const runId = run.id
  const detail = await session.call('runs.get', { runId })
  const log = await session.call('runs.log', { runId })
  for (const line of log.filter((entry) => entry.level !== 'info')) process.stderr.write(`${line.level} ${line.text}\n`)
  const exhibits = await session.call('runs.exhibits', { runId })
  if (json) printJson({ ...runDocument(detail), exhibits })
  else printRun(detail)
  if (!json) printExhibits(exhibits)
  if (run.status === 'failed' || run.status === 'interrupted' || run.status === 'paused') {
    process.exitCode = 1
    process.stderr.write(
      `The run is ${run.status}${run.reason === null ? '' : `: ${run.reason.replace(/\.$/, '')}`}. Go on with: graft resume ${runId}\n`,
    )
  }
}

/** What was told before the run: it trains all the same. */
function warningsOf({ problems }: RequestOutput<'runs.get'>['plan']): { code: string; message: string }[] {
  return problems.filter(({ level }) => level === 'warn').map(({ code, message }) => ({ code, message }))
}

type Metrics = Record<'train' | 'validation' | 'test', Record<string, number>>

/** `<split>.<metric>` as a tree, with the values of the model that was kept. */
export function metricsBySplit(run: Pick<Run, 'metrics'>): Metrics {
  const tree: Metrics = { train: {}, validation: {}, test: {} }
  for (const [name, summary] of Object.entries(run.metrics)) {
    const [split, ...rest] = name.split('.')
    if (split === 'train' || split === 'validation' || split === 'test') tree[split][rest.join('.')] = summary.kept
  }
  return tree
}

function runDocument(run: RequestOutput<'runs.get'>): Record<string, unknown> {
  return {
    runId: run.id,
    name: run.name,
    status: run.status,
    reason: run.reason,
    metrics: metricsBySplit(run),
    best: run.metrics,
    seconds: run.seconds,
    epochs: run.epochsDone,
    epochSeconds: run.epochSeconds,
    epochFigures: run.epochFigures,
    engine: run.engine,
    cache: run.cache,
    dataset: run.dataset,
    base: run.base,
    strategy: run.strategy,
    seed: run.seed,
    parameters: run.parameters,
    environment: run.environment,
    weightChange: run.weightChange,
    warnings: warningsOf(run.plan),
    spec: run.spec,
  }
}

function printRun(run: RequestOutput<'runs.get'>): void {
  printLine(`${run.id}  ${run.name}  ${run.status}, ${plural(run.epochsDone, 'epoch')} in ${seconds(run.seconds)}`)
  printTable(
    ['metric', 'saved model', 'last', 'best', 'at epoch'],
    Object.entries(run.metrics).map(([name, m]) => [name, round(m.kept), round(m.last), round(m.best), m.bestEpoch]),
  )
}

function round(value: number): number {
  return Number(value.toPrecision(5))
}

async function listRuns({ session, json }: CommandContext, sort: string): Promise<void> {
  const { runs } = await session.call('runs.list', { sort, limit: 10_000 })
  if (json) return printJson(runs)
  printTable(
    ['run', 'status', 'strategy', 'base', 'dataset', 'test accuracy', 'validation accuracy', 'epochs', 'time', 'name'],
    runs.map((run) => [
      run.id,
      run.status,
      run.strategy,
      run.base,
      run.dataset.name,
      percent(run.metrics['test.accuracy']?.kept),
      percent(run.metrics['validation.accuracy']?.kept),
      run.epochsDone,
      seconds(run.seconds),
      run.name,
    ]),
  )
}
