import type { Command } from 'commander'
import { GraftError } from '../../../contract/errors.ts'
import type { RequestOutput } from '../../../contract/index.ts'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { endProgress, printJson, printLine, printTable, progressLine, seconds } from '../print.ts'
import { printExhibits } from '../print-exhibits.ts'
import { waitForJob } from '../wait.ts'
import { readSpec } from './run.ts'

type Analysis = RequestOutput<'analyses.get'>

export function addAnalyseCommands(program: Command): void {
  withGlobals(
    program
      .command('analyse <type> <spec>')
      .description('measure something before a run: transferability, advisor ...')
      .option('--set <name=value...>', 'fields of the analysis; a value is JSON, or text'),
  ).action((type: string, spec: string, flags: GlobalOptions & { set?: string[] }) =>
    inSession(flags, false, (context) => analyse(context, type, spec, flags.set ?? [])),
  )
  withGlobals(program.command('analyses').description('what was measured in the workspace')).action(
    (flags: GlobalOptions) => inSession(flags, false, listAnalyses),
  )
}

async function analyse(context: CommandContext, type: string, path: string, set: readonly string[]): Promise<void> {
  const { session, json } = context
  const spec = readSpec(path)
  const { jobId } = await session.call('analyses.start', { type, spec, params: paramsOf(set) })
  const progress = progressLine()
  const job = await waitForJob(session, jobId, ({ done, total, message }) =>
    progress(`${message}${total === null ? '' : `, ${done} of ${total}`}`),
  )
  endProgress()
  const found = await session.call('analyses.get', { analysisId: String(job.result?.['analysisId']) })
  if (json) return printJson(found)
  print(found)
}

/** `samples=200 models=["run:ab"]` as an object. */
export function paramsOf(set: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    set.map((entry) => {
      const at = entry.indexOf('=')
      if (at < 1) {
        throw new GraftError('E_INPUT', `Expected --set with name=value. Received: ${entry}.`, {
          fix: 'For example: --set samples=200',
        })
      }
      return [entry.slice(0, at), valueOf(entry.slice(at + 1))]
    }),
  )
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function print(found: Analysis): void {
  printLine(`${found.id}  ${found.type} on ${found.dataset.name}, ${seconds(found.seconds)}`)
  printLine(found.words)
  printExhibits(found.exhibits)
  for (const { title, patch } of found.suggestions) printLine(`\n${title}: ${JSON.stringify(patch)}`)
}

async function listAnalyses({ session, json }: CommandContext): Promise<void> {
  const found = await session.call('analyses.list', {})
  if (json) return printJson(found)
  printTable(
    ['analysis', 'type', 'dataset', 'base', 'at', 'words'],
    found.map((one) => [one.id, one.type, one.dataset.name, one.base, one.createdAt, one.words]),
  )
}
