import { resolve } from 'node:path'
import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { endProgress, printJson, printLine, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'

export function addFileCommands(program: Command): void {
  withGlobals(
    program
      .command('export <run>')
      .description('write a trained model as files that other programs load')
      .option('--format <format>', 'tfjs or keras', 'keras')
      .option('--out <dir>', 'folder to write (default: exports/ of the workspace)'),
  ).action((runId: string, flags: GlobalOptions & { format: string; out?: string }) =>
    inSession(flags, false, (context) => exportModel(context, runId, flags)),
  )
  withGlobals(
    program
      .command('predict <model> <source>')
      .description('a folder of images, one image or a table to a CSV, with a run or a base model')
      .requiredOption('--csv <file>', 'CSV to write'),
  ).action((runId: string, source: string, flags: GlobalOptions & { csv: string }) =>
    inSession(flags, false, (context) => predict(context, runId, source, flags.csv)),
  )
}

async function exportModel(
  { session, json }: CommandContext,
  runId: string,
  flags: { format: string; out?: string },
): Promise<void> {
  const { jobId } = await session.call('models.export', {
    runId,
    format: flags.format,
    ...(flags.out === undefined ? {} : { folder: resolve(flags.out) }),
  })
  const progress = progressLine()
  const job = await waitForJob(session, jobId, (job) => progress(job.message))
  endProgress()
  const record = (await session.call('models.exports', { runId })).find(
    (entry) => entry.id === job.result?.['exportId'],
  )
  if (json) return printJson(record ?? job.result)
  if (record === undefined) return printLine(JSON.stringify(job.result))
  printLine(`${record.format} in ${record.folder}`)
  for (const file of record.files) printLine(`  ${file.name}  ${file.sizeBytes} bytes  ${file.sha256}`)
  printLine(
    `Loaded again in a clean process: largest difference ${record.proof.maxDifference.toExponential(2)} over ${record.proof.samples} samples.`,
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
