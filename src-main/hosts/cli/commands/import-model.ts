import { resolve } from 'node:path'
import type { Command } from 'commander'
import { plural } from '../../../base/plural.ts'
import { GraftError } from '../../../contract/errors.ts'
import { PREPARATION_NAMES, type Preparation } from '../../../contract/imports.ts'
import type { RequestInput } from '../../../contract/index.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { wholeNumber } from '../numbers.ts'
import { endProgress, printJson, printLine, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'

interface ImportFlags extends GlobalOptions {
  readonly name?: string
  readonly labels?: string
  readonly preprocessing?: string
  readonly family?: string
  readonly inputSize?: string
  readonly licence?: string
  readonly trainedOn?: string
  readonly shared: boolean
}

/** `graft model import`, `prepare` and `remove`: base models from elsewhere. */
export function addImportedModelCommands(model: Command): void {
  withGlobals(
    model
      .command('import <source>')
      .description('take a network that was trained elsewhere as a base model')
      .option('--name <name>', 'its name in the workspace; default: that of the file')
      .option('--labels <file>', 'names of its classes: a line each, or a JSON list')
      .option('--preprocessing <name>', `how pixels are prepared: ${PREPARATION_NAMES.join(', ')}, or mean/std numbers`)
      .option('--family <name>', 'what it is, for a file that holds weights alone and says it nowhere')
      .option('--input-size <pixels>', 'side of the input, where the file leaves it open')
      .option('--licence <text>', 'what its authors permit, kept with it')
      .option('--trained-on <text>', 'the data that its weights were trained on, kept with it')
      .option('--shared', 'on the shelf that all workspaces share', false),
  ).action((source: string, flags: ImportFlags) =>
    inSession(flags, true, (context) => importModel(context, source, flags)),
  )
  withGlobals(
    model
      .command('prepare <id>')
      .description('choose how the pixels of an imported model are prepared')
      .requiredOption('--preprocessing <name>', `${PREPARATION_NAMES.join(', ')}, or mean/std numbers`),
  ).action((id: string, { preprocessing: name, ...flags }: GlobalOptions & { preprocessing: string }) =>
    inSession(flags, false, async ({ session, json }) => {
      const changed = await session.call('models.setPreparation', { modelId: id, preparation: preparationOf(name) })
      if (json) return printJson(changed)
      printLine(`${changed.title}: pixels are prepared as ${name}.`)
    }),
  )
  withGlobals(model.command('remove <id>').description('remove an imported model')).action(
    (id: string, flags: GlobalOptions) =>
      inSession(flags, false, async ({ session, json }) => {
        const model = (await session.call('models.list', {})).find((one) => one.id === id)
        await session.call('models.remove', { modelId: id })
        if (model?.imported?.isShared === true) {
          process.stderr.write(
            'warn It was on the shelf of all workspaces. Only the runs of this one were looked at: one that waits or is paused in another fails until the same file is imported again under this name.\n',
          )
        }
        if (json) return printJson({ id })
        printLine(`${id} is removed.`)
      }),
  )
}

async function importModel({ session, json }: CommandContext, source: string, flags: ImportFlags): Promise<void> {
  const { jobId } = await session.call('models.import', inputOf(source, flags))
  const progress = progressLine()
  const job = await waitForJob(session, jobId, ({ message }) => progress(message))
  endProgress()
  const id = String(job.result?.['modelId'])
  const model = (await session.call('models.list', {})).find((one) => one.id === id)
  const { modelId: _modelId, likely: _likely, ...seen } = job.result as Record<string, unknown>
  const document = { id, ...seen, name: model?.title ?? seen['name'] }
  if (json) return printJson(document)
  tell(document as unknown as Told)
}

interface Told {
  readonly id: string
  readonly name: string
  readonly format: string
  readonly family: string | null
  readonly inputShape: number[]
  readonly parameters: number
  readonly layers: number
  readonly classes: string[] | null
  readonly preprocessing: object | null
  readonly problems: string[]
}

function tell({
  id,
  name,
  format,
  family,
  inputShape,
  parameters,
  layers,
  classes,
  preprocessing,
  problems,
}: Told): void {
  printLine(`${name} (${id}): ${format}${family === null ? '' : `, ${family}`}`)
  printLine(`  ${plural(layers, 'layer')}, ${plural(parameters, 'parameter')}, input ${inputShape.join('x')}`)
  printLine(`  ${classes === null ? 'class names not known' : plural(classes.length, 'class', 'classes')}`)
  if (preprocessing === null) {
    printLine(
      `  How pixels are prepared is not known. Choose it before training or predicting: graft model prepare ${id} --preprocessing NAME`,
    )
  }
  for (const problem of problems) printLine(`  ${problem}`)
}

function inputOf(source: string, flags: ImportFlags): RequestInput<'models.import'> {
  return {
    source: resolve(source),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.labels === undefined ? {} : { labels: resolve(flags.labels) }),
    ...(flags.preprocessing === undefined ? {} : { preparation: preparationOf(flags.preprocessing) }),
    ...(flags.family === undefined ? {} : { family: flags.family }),
    ...(flags.inputSize === undefined ? {} : { inputSize: wholeNumber('--input-size', flags.inputSize) }),
    ...(flags.licence === undefined ? {} : { licence: flags.licence }),
    ...(flags.trainedOn === undefined ? {} : { trainedOn: flags.trainedOn }),
    ...(flags.shared ? { shared: true } : {}),
  }
}

/** A name, or `mean,mean,mean/std,std,std`. */
function preparationOf(text: string): Preparation {
  const name = PREPARATION_NAMES.find((one) => one === text)
  if (name !== undefined) return name
  const [mean = [], std = [], ...rest] = text.split('/').map((part) => part.split(',').map(Number))
  const isNumbers = rest.length === 0 && std.length === mean.length && [...mean, ...std].every(Number.isFinite)
  if (isNumbers && std.length > 0 && std.every((value) => value > 0)) return { mean, std }
  throw new GraftError(
    'E_INPUT',
    `Expected ${PREPARATION_NAMES.join(', ')}, or means and spreads. Received: ${text}.`,
    {
      fix: 'In units of 0..1, for example: 0.485,0.456,0.406/0.229,0.224,0.225',
    },
  )
}
