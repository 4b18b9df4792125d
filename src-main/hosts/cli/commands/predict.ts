import { resolve } from 'node:path'
import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { endProgress, printJson, printLine, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'

export function addPredictCommand(program: Command): void {
  withGlobals(
    program
      .command('predict <model> <source>')
      .description('a folder of images, one image or a table to a CSV, with a run or a base model')
      .requiredOption('--csv <file>', 'CSV to write'),
  ).action((runId: string, source: string, flags: GlobalOptions & { csv: string }) =>
    inSession(flags, false, (context) => predict(context, runId, source, flags.csv)),
  )
}

async function predict({ session, json }: CommandContext, runId: string, source: string, csv: string): Promise<void> {
  const { jobId } = await session.call('models.predictFolder', { runId, source, csv: resolve(csv) })
  const progress = progressLine()
  const job = await waitForJob(session, jobId, (job) => progress(`${job.done} of ${job.total ?? '?'}`))
  endProgress()
  if (json) return printJson(job.result)
  printLine(`${plural(Number(job.result?.['files']), 'row')} in ${String(job.result?.['csv'])}`)
}
