import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type CommandContext, type GlobalOptions, inSession, withGlobals } from '../command.ts'
import { printJson, printLine } from '../print.ts'

export function addReportCommand(program: Command): void {
  withGlobals(
    program
      .command('report <ids...>')
      .description('one HTML file with what a study found, or with runs side by side')
      .requiredOption('--out <file>', 'a new file to write'),
  ).action((ids: string[], flags: GlobalOptions & { out: string }) =>
    inSession(flags, false, (context) => report(context, ids, resolve(flags.out))),
  )
}

async function report({ session, json }: CommandContext, ids: string[], file: string): Promise<void> {
  const [first = ''] = ids
  const isStudy = ids.length === 1 && (await session.call('studies.list', {})).some(({ id }) => id === first)
  const { path } = await session.call('studies.report', { ...(isStudy ? { studyId: first } : { runIds: ids }), file })
  if (json) printJson({ path })
  else printLine(path)
}
