import type { Command } from 'commander'
import { GraftError } from '../../../contract/errors.ts'
import type { RequestOutput } from '../../../contract/index.ts'
import { inSession, withGlobals, type CommandContext, type GlobalOptions } from '../command.ts'
import { endProgress, printJson, printLine, printTable, progressLine } from '../print.ts'
import { waitForJob } from '../wait.ts'
import { addImportedModelCommands } from './import-model.ts'
import { addRunModelCommand } from './run-model.ts'

export function addModelCommands(program: Command): void {
  const model = program
    .command('model')
    .description('list, show, import and compute with base models, architectures and trained models')
  withGlobals(model.command('list').description('everything a spec may name as its base')).action(
    (flags: GlobalOptions) => inSession(flags, false, listModels),
  )
  withGlobals(
    model
      .command('show <id>')
      .description('layers, shapes and parameters')
      .option('--dataset <name>', 'take input size and channels from this dataset'),
  ).action((id: string, flags: GlobalOptions & { dataset?: string }) =>
    inSession(flags, false, (context) => showModel(context, id, flags.dataset)),
  )
  withGlobals(
    model
      .command('measure <id...>')
      .description('how many images a second base models and architectures do on this computer; kept for the list'),
  ).action((ids: string[], flags: GlobalOptions) => inSession(flags, false, (context) => measureModels(context, ids)))
  addImportedModelCommands(model)
  addRunModelCommand(model)
}

async function listModels({ session, json }: CommandContext): Promise<void> {
  const models = await session.call('models.list', {})
  if (json) return printJson(models)
  printTable(
    ['id', 'kind', 'parameters', 'input', 'multiply-adds (M)', 'images/s', 'licence', 'features', 'title'],
    models.map((model) => [
      model.id,
      model.kind,
      model.parameters,
      model.defaultInputSize ?? model.inputs,
      Math.round(model.multiplyAdds / 1e6),
      model.speed === null ? null : Number(model.speed.imagesPerSecond.toPrecision(3)),
      model.licence,
      model.run?.features ?? null,
      model.title,
    ]),
  )
  for (const { title, run, imported } of models) {
    const problem = run?.problem ?? imported?.fault
    if (problem) process.stderr.write(`warn ${title}: ${problem}\n`)
  }
}

/** One after the other: at the same time each would be measured with the others. */
async function measureModels({ session, json }: CommandContext, ids: readonly string[]): Promise<void> {
  const measured: { id: string; imagesPerSecond: unknown; measuredAt: unknown }[] = []
  const progress = progressLine()
  for (const id of ids) {
    progress(`${id} ...`)
    const { jobId } = await session.call('models.measure', { modelId: id })
    const { result } = await waitForJob(session, jobId, () => undefined)
    measured.push({ id, imagesPerSecond: result?.['imagesPerSecond'], measuredAt: result?.['measuredAt'] })
  }
  endProgress()
  if (json) return printJson(measured)
  printTable(
    ['id', 'images/s'],
    measured.map(({ id, imagesPerSecond }) => [id, Number(Number(imagesPerSecond).toPrecision(3))]),
  )
}

async function findModel(
  session: CommandContext['session'],
  id: string,
): Promise<RequestOutput<'models.list'>[number]> {
  const models = await session.call('models.list', {})
  const found = models.find((model) => model.id === id)
  if (found !== undefined) return found
  throw new GraftError(
    'E_MODEL_UNKNOWN',
    `Expected a model of this workspace. Received: ${id}. Available: ${models.map((model) => model.id).join(', ')}`,
    { fix: 'Choose one of them.' },
  )
}

async function showModel({ session, json }: CommandContext, id: string, dataset: string | undefined): Promise<void> {
  const model = await findModel(session, id)
  const base = model.kind === 'architecture' ? { architecture: id } : id
  const described = await session.call('models.describe', { base, ...(dataset === undefined ? {} : { dataset }) })
  if (json) return printJson({ model, ...described })
  const facts = new Map(described.facts.map((fact) => [fact.name, fact]))
  printLine(`${model.title}: ${model.description}`)
  if (model.kind !== 'architecture')
    printLine(`Licence: ${model.licence ?? 'not said'}. Trained on: ${model.trainedOn ?? 'not said'}.`)
  printTable(
    ['layer', 'type', 'block', 'output', 'parameters'],
    described.network.layers.map((layer) => [
      layer.title ?? layer.name,
      layer.type,
      layer.block,
      facts.get(layer.name)?.outputShape.join('x') ?? null,
      facts.get(layer.name)?.parameters ?? null,
    ]),
  )
}
