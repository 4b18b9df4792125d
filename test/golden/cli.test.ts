import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createProgram } from '../../src-main/hosts/cli/program.ts'
import type * as session from '../../src-main/hosts/cli/open-client.ts'
import { specSchema } from '../../src-main/hosts/cli/spec-schema.ts'
import { importForReal } from '../support/dataset-exports.ts'
import { finish } from '../support/fake-trainer.ts'
import { writeGraftModel } from '../support/graft-model.ts'
import { golden } from '../support/golden.ts'
import { shapesByKey } from '../support/json-shape.ts'
import { TOY_STUDY, trainTo } from '../support/study-scripts.ts'
import { testWorkbench, TOY_SPEC, type TestWorkbench } from '../support/test-workbench.ts'
import { importToy, trainToy } from '../support/toy-scripts.ts'

/** A process starts and answers when the machine lets it. */
const PATIENCE = 60_000
const MAIN = fileURLToPath(new URL('../../src-main/hosts/cli/main.ts', import.meta.url))
const KEYS = {
  maps: new Set(['best', 'config', 'environment', 'facts', 'freeze', 'options', 'params', 'patch', 'states']),
  // golden/schemas.json
  elsewhere: new Set(['spec']),
}

let test: TestWorkbench
/** Every command works on this workbench, whose trainer is a double. */
vi.mock('../../src-main/hosts/cli/open-client.ts', async (original) => {
  const real = await original<typeof session>()
  return { ...real, openClient: async () => ({ ...real.clientOf(test.workbench), close: async () => undefined }) }
})

beforeAll(async () => {
  test = testWorkbench()
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
})
afterAll(() => test.close())
afterEach(() => vi.restoreAllMocks())

/** Commands that were run with --json. */
const seen = new Set<string>()

/** Runs a command in this process; answers the one document that it prints. */
async function json<T>(...args: string[]): Promise<T> {
  const printed: string[] = []
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  try {
    await createProgram('0.0.0', { isJson: true }).parseAsync(['node', 'graft', ...args, '--json'])
  } finally {
    vi.restoreAllMocks()
    process.exitCode = 0
  }
  seen.add(leaves(createProgram('0.0.0')).find((path) => `${args.join(' ')} `.startsWith(`${path} `)) ?? '')
  return JSON.parse(printed.join('')) as T
}

function leaves(command: Command, path = ''): string[] {
  return command.commands.flatMap((inner) => {
    const name = `${path}${inner.name()}`
    return inner.commands.length > 0 ? leaves(inner, `${name} `) : [name]
  })
}

/** Keys of a document, or of all elements of a list together, each with its type. */
function shape(document: unknown): unknown {
  if (Array.isArray(document)) return { 'a list of': shapesByKey(document as object[], KEYS) }
  return shapesByKey([document as object], KEYS)
}

function file(name: string, value: unknown): string {
  const path = join(test.folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}

it('datasets', async () => {
  const imported = await json('dataset', 'import', test.folder, '--name', 'toy')
  await golden('dataset import', shape(imported))
  expect(await json('dataset', 'show', 'toy')).toEqual(imported)
  await golden('dataset list', shape(await json('dataset', 'list')))
})

it('a dataset that is exported', async () => {
  importForReal(test)
  const source = join(test.folder, 'table.csv')
  writeFileSync(source, 'x,kind\n1.5,ant\n2,bee\n3.5,ant\n')
  await json('dataset', 'import', source, '--name', 'table')
  test.trainer.script('import', importToy)
  await golden('dataset export', shape(await json('dataset', 'export', 'table', '--format', 'csv')))
  await test.call('datasets.remove', { datasetId: 'table' })
})

it('what was changed in a dataset, and second opinions', async () => {
  const { id: datasetId } = await json<{ id: string }>('dataset', 'show', 'toy')
  await golden('dataset name-version', shape(await json('dataset', 'name-version', 'toy', '1', 'as imported')))
  await golden('dataset history', shape(await json('dataset', 'history', 'toy')))
  await golden('dataset history --changes', shape(await json('dataset', 'history', 'toy', '--changes')))
  const { id } = await test.call('opinions.start', { datasetId, column: 'label', count: 12 })
  await test.call('opinions.answer', { opinionId: id, itemIds: [1, 2, 3], value: 'dog' })
  await test.call('opinions.finish', { opinionId: id })
  await golden('dataset agreement', shape(await json('dataset', 'agreement', 'toy')))
})

it('what features say of a dataset', async () => {
  const { id: datasetId } = await test.call('datasets.get', { datasetId: 'toy' })
  const toLabel = { datasetId, column: 'label', itemIds: [2, 4, 6], value: null }
  await test.call('datasets.moveToSplit', { datasetId, itemIds: toLabel.itemIds, split: 'train' })
  await test.call('datasets.label', toLabel)
  await golden('dataset suggest', shape(await json('dataset', 'suggest', 'toy')))
  await golden('dataset order', shape(await json('dataset', 'order', 'toy', '--by', 'uncertainty', '--count', '2')))
  await golden('dataset similar', shape(await json('dataset', 'similar', 'toy', '--item', '1')))
  await golden('dataset duplicates', shape(await json('dataset', 'duplicates', 'toy')))
  await golden('dataset suspicious', shape(await json('dataset', 'suspicious', 'toy')))
  const counted = await json<{ total: number }>('dataset', 'accept', 'toy', '--above', '0.5', '--dry-run')
  expect(counted).toMatchObject({ accepted: 0, total: 3 })
  const accepted = await json<{ accepted: number }>('dataset', 'accept', 'toy', '--above', '0.5')
  await golden('dataset accept', shape(accepted))
  expect(accepted.accepted).toBe(3)
  await test.call('labelling.stop', { datasetId })
})

it('runs', async () => {
  const run = await json<{ runId: string; exhibits: unknown[] }>('run', file('spec.json', TOY_SPEC))
  await golden('run', shape(run))
  await golden('run, its exhibits', shape(run.exhibits))
  const { runId } = run
  const extended = await json('extend', runId, '--epochs', '1')
  expect(shape(extended)).toEqual(shape(run))
  await golden('runs', shape(await json('runs')))
  const other = await json<{ runId: string }>('run', file('other.json', { ...TOY_SPEC, seed: 2 }))
  await golden('compare', shape(await json('compare', runId, other.runId)))
  await golden('export', shape(await json('export', runId, '--format', 'tfjs', '--out', join(test.folder, 'out'))))
  await golden('predict', shape(await json('predict', runId, test.folder, '--csv', join(test.folder, 'new.csv'))))
  await golden('explain', shape(await json('explain', runId, '--item', '1', '--dataset', 'toy')))
})

it('a run that waits for a review', async () => {
  test.trainer.script('train', (child) => {
    const rows = [{ itemId: 2, name: 'image 2', suggested: 'cat', confidence: 0.9 }]
    const shown = { id: 'review.1', title: 'Review', words: 'It waits.', level: 'info' as const, column: 'label' }
    child.send({ type: 'exhibit', exhibit: { kind: 'review', ...shown, rows } })
    finish(child, 'paused')
  })
  const { runId } = await json<{ runId: string }>('run', file('spec.json', TOY_SPEC))
  await golden('review', shape(await json('review', runId, '--refuse', '2')))
  test.trainer.script('train', trainToy)
  const resumed = await json<{ status: string }>('resume', runId)
  expect(resumed.status).toBe('finished')
})

it('models', async () => {
  await golden('model list', shape(await json('model', 'list')))
  await golden('model show', shape(await json('model', 'show', 'lenet')))
  const colours = writeGraftModel(join(test.folder, 'colours'))
  const imported = await json<{ id: string }>('model', 'import', colours, '--name', 'Colours', '--preprocessing', 'raw')
  await golden('model import', shape(imported))
  const prepared = await json<object>('model', 'prepare', imported.id, '--preprocessing', '0.5,0.5,0.5/0.5,0.5,0.5')
  await golden('model prepare', shape(prepared))
  const tensors = join(colours, 'weights.safetensors')
  const out = join(test.folder, 'out.safetensors')
  await golden('model run', shape(await json('model', 'run', imported.id, tensors, '--out', out, '--layer', 'classes')))
  await golden('model measure', shape(await json('model', 'measure', 'lenet', imported.id)))
  await golden('model remove', shape(await json('model', 'remove', imported.id)))
})

it('analyses', async () => {
  await golden('analyse', shape(await json('analyse', 'transferability', file('spec.json', TOY_SPEC))))
  await golden('analyses', shape(await json('analyses')))
})

it('number formats of a frozen part', async () => {
  const frozen = { ...TOY_SPEC, base: 'efficientnet-lite0', strategy: { type: 'feature-extraction' } }
  const spec = file('frozen.json', frozen)
  expect(await json('precision', spec)).toEqual({ report: null })
  const measured = await json<{ report: object }>('precision', spec, '--measure')
  await golden('precision', shape(measured.report))
  expect(await json('precision', spec)).toEqual(measured)
})

it('studies', async () => {
  test.trainer.script('train', trainTo(() => 0.8)) // prettier-ignore
  const study = await json<{ id: string }>('study', file('study.json', TOY_STUDY))
  await golden('study', shape(study))
  expect(shape(await json('studies', study.id))).toEqual(shape(study))
  await golden('studies', shape(await json('studies')))
  await golden('report', shape(await json('report', study.id, '--out', join(test.folder, 'report.html'))))
})

it(
  'the schema, printed by a process of its own',
  () => {
    const { stdout, status } = spawnSync(process.execPath, [MAIN, 'schema', '--json'], { encoding: 'utf8' })
    expect([status, JSON.parse(stdout)]).toEqual([0, specSchema()])
    seen.add('schema')
  },
  PATIENCE,
)

it(
  'an error, printed by a process of its own',
  async () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [MAIN, 'runs', '-w', '/nowhere', '--json'], { encoding: 'utf8' }) // prettier-ignore
    await golden('error', { status, stdout, shape: shape(JSON.parse(stderr)) })
  },
  PATIENCE,
)

it('is looked at for every command there is', () => {
  expect([...seen].sort()).toEqual(leaves(createProgram('0.0.0')).sort())
})
