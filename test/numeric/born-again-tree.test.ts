import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { relayVerification } from '../../src-main/base/relay-verification.ts'
import type { ExhibitOf } from '../../src-main/contract/exhibits.ts'
import type { Network } from '../../src-main/contract/network.ts'
import type { ChildMessage, ExportJob, Manifest, TrainJob } from '../../src-main/contract/trainer.ts'
import { nodeLauncher } from '../../src-main/hosts/shared/node-launcher.ts'
import { trainedFiles, withStrategy } from '../support/toy-extras.ts'
import { toyTableJob } from '../support/toy-table.ts'
import { messagesOf, runToy, temporaryFolder, type ToyRun } from '../support/toy-run.ts'
import { TRAINER } from '../support/programs.ts'

const SMALL = { rows: 600, rowsPerNode: 200, pruneRows: 400, maxLeaves: 12, minLeaf: 2 }

const exhibit = <K extends 'table' | 'tree' | 'text'>(run: ToyRun, id: string) =>
  messagesOf(run, 'exhibit').find((message) => message.exhibit.id === id)!.exhibit as ExhibitOf<K>

/** Accuracy, fidelity and leaves by the name of a row. */
function figures(run: ToyRun): Record<string, (number | null)[]> {
  const { rows } = exhibit<'table'>(run, 'born-again')
  return Object.fromEntries(rows.map(([name, ...values]) => [String(name).split(':')[0]!, values as (number | null)[]]))
}

/** A trained MLP on the toy table, as a teacher. */
async function teacher(seed: number) {
  const job = await toyTableJob({ type: 'fine-tuning' })
  const optimizer = { type: 'adam', learningRate: 0.03 }
  const one: TrainJob = { ...job, spec: { ...job.spec, seed, epochs: 40, optimizer } }
  await runToy(one)
  return trainedFiles(one, `teacher ${seed}`)
}

describe('on the columns of a table', () => {
  let job: TrainJob
  let run: ToyRun
  beforeAll(async () => {
    const plain = await toyTableJob({ type: 'born-again-tree', ...SMALL })
    const optimizer = { type: 'adam', learningRate: 0.03 }
    job = { ...plain, spec: { ...plain.spec, epochs: 40, optimizer } }
    run = await runToy(job)
  }, 300_000)

  test('it says what its teacher says, and is shown beside its baselines', () => {
    expect(run.outcome).toBe('finished')
    const found = figures(run)
    expect(Object.keys(found)).toEqual([
      'born-again tree',
      'tree on the labels, as many leaves',
      'tree on the labels, pruned on validation',
      'teacher',
      'majority class',
    ])
    const [accuracy, fidelity, leaves] = found['born-again tree'] as [number, number, number]
    expect(fidelity).toBeGreaterThan(0.9)
    expect(accuracy).toBeGreaterThan(found['majority class']![0]!)
    expect(leaves).toBeLessThanOrEqual(12)
    expect(found['tree on the labels, as many leaves']![2]).toBeLessThanOrEqual(leaves)
    expect(found['teacher']!.slice(1)).toEqual([1, null, null])
  })

  test('the tree is drawn and written as rules on the columns, in their units', () => {
    const tree = exhibit<'tree'>(run, 'tree')
    expect(tree.nodes.filter(({ test: asked }) => asked === null).length).toBe(figures(run)['born-again tree']![2])
    const { words } = exhibit<'text'>(run, 'rules')
    const threshold = Number(/size <= ([\d.]+)/.exec(words)?.[1])
    // The class turns at 53 (red) and 63 (others).
    expect(threshold).toBeGreaterThan(50)
    expect(threshold).toBeLessThan(66)
  })

  test('what the run keeps is the tree: predictions and test metrics are its own', () => {
    const network = JSON.parse(readFileSync(join(job.folder, 'model', 'network.json'), 'utf8')) as Network
    expect(network.layers.map(({ name }) => name)).toEqual([
      'input',
      'tree_tests',
      'tree_sides',
      'tree_leaves',
      'head_label',
    ])
    const rows = messagesOf(run, 'predictions').flatMap((message) => (message.split === 'test' ? message.rows : []))
    const right = rows.filter(({ expected, predicted }) => expected === predicted).length / rows.length
    expect(right).toBeCloseTo(figures(run)['born-again tree']![0]!, 12)
    const recorded = run.points.find((point) => point.startsWith('test.accuracy '))!
    expect(Number(recorded.split(' ')[2])).toBeCloseTo(right, 12)
    expect(run.points.some((point) => point.startsWith('validation.accuracy '))).toBe(true)
    expect(run.points.some((point) => point.startsWith('train.teacher.loss '))).toBe(true)
  })

  test.each(['rules', 'tfjs', 'keras'])('is exported as %s, proven in another process', async (format) => {
    const manifest = JSON.parse(readFileSync(job.manifest, 'utf8')) as Manifest
    const exportJob: ExportJob = {
      kind: 'export',
      format,
      folder: join(temporaryFolder(), format),
      model: await trainedFiles(job, 'tree'),
      samples: { pack: manifest.pack, items: manifest.items.filter(({ split }) => split === 'test') },
      card: { title: 'Tree', lines: [], licences: [] },
    }
    const messages: ChildMessage[] = []
    await new Promise<void>((resolve) => {
      relayVerification(nodeLauncher({ entry: TRAINER })).launch(exportJob, {
        onMessage: (message) => void messages.push(message),
        onExit: () => resolve(),
      })
    })
    expect(messages.filter(({ type }) => type === 'failed')).toEqual([])
    const exported = messages.find((message) => message.type === 'exported')!
    expect(exported.proof).toMatchObject({ sameTop1: 1 })
    expect(exported.proof.samples).toBeGreaterThan(10)
    expect(exported.proof.maxDifference).toBeLessThan(1e-6)
  })
})

test('given teachers: the mean of their probabilities is followed, without any training', async () => {
  const models = { 'run:a': await teacher(1), 'run:b': await teacher(2) }
  const plain = { ...(await toyTableJob({ type: 'born-again-tree' })), models }
  const run = await runToy(withStrategy(plain, { ...SMALL, teachers: ['run:a', 'run:b'] }))
  expect(run.outcome).toBe('finished')
  expect(messagesOf(run, 'epoch')).toEqual([])
  const [accuracy, fidelity] = figures(run)['born-again tree'] as [number, number]
  expect(fidelity).toBeGreaterThan(0.9)
  expect(accuracy).toBeGreaterThan(0.8)
  expect(exhibit<'table'>(run, 'born-again').rows[3]![0]).toBe('teacher: teacher 1 and teacher 2')

  const wrong = { ...models['run:a'], heads: [{ ...models['run:a'].heads[0]!, classes: ['no', 'maybe'] }] }
  const refused = runToy(withStrategy({ ...plain, models: { 'run:a': wrong } }, { ...SMALL, teachers: ['run:a'] }))
  await expect(refused).rejects.toMatchObject({ code: 'E_RUN_SPEC', message: /know the classes no, yes/ })
}, 300_000)

test('stopped while it grows, the tree as it is then is kept', async () => {
  const models = { 'run:a': await teacher(1) }
  const plain = { ...(await toyTableJob({ type: 'born-again-tree' })), models }
  const job = withStrategy(plain, { ...SMALL, maxLeaves: 200, teachers: ['run:a'] })
  const run = await runToy(job, { action: 'stop', after: 12 })
  expect(run.outcome).toBe('stopped')
  const network = JSON.parse(readFileSync(join(job.folder, 'model', 'network.json'), 'utf8')) as Network
  const leaves = network.layers.find(({ name }) => name === 'tree_leaves')!.config['units'] as number
  expect(leaves).toBeGreaterThan(1)
  expect(leaves).toBeLessThan(12)
}, 300_000)
