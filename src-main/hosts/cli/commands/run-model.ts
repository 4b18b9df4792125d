import { resolve } from 'node:path'
import type { Command } from 'commander'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { endProgress, printJson, printLine, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'

interface RunFlags extends GlobalOptions {
  readonly out: string
  readonly layer: string[]
}

/** `graft model run`: raw tensors in and out. */
export function addRunModelCommand(model: Command): void {
  withGlobals(
    model
      .command('run <id> <input>')
      .description('numbers of a safetensors file through a model, without any preparation')
      .requiredOption('--out <file>', 'safetensors file to write')
      .option(
        '--layer <name>',
        'write what this layer gives instead of the outputs; may be given several times',
        collect,
        [],
      ),
  ).action((id: string, input: string, flags: RunFlags) =>
    inSession(flags, false, (context) => runModel(context, id, input, flags)),
  )
}

function collect(name: string, before: string[]): string[] {
  return [...before, name]
}

async function runModel({ session, json }: CommandContext, model: string, input: string, flags: RunFlags) {
  const files = { input: resolve(input), output: resolve(flags.out) }
  const { jobId } = await session.call('models.run', { model, ...files, layers: flags.layer })
  const progress = progressLine()
  const job = await waitForJob(session, jobId, ({ done, total }) => progress(`${done} of ${total ?? '?'}`))
  endProgress()
  if (json) return printJson(job.result)
  printLine(`${(job.result?.['tensors'] as string[]).join(', ')} in ${files.output}`)
}
