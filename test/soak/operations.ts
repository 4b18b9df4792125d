import { ok, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import type { Dataset } from '../../src-main/contract/datasets.ts'
import type { RequestInput, RequestName } from '../../src-main/contract/index.ts'
import type { Run } from '../../src-main/contract/runs.ts'
import type { Reply } from '../support/http-client.ts'
import { isAlive, sleep } from './app.ts'
import { checkExport, checkFiles } from './check.ts'
import { makeImages, makeTable, type Source } from './sources.ts'
import { between, type KnownDataset, type KnownRun, labelsOf, pick, type World } from './world.ts'

export interface Operation {
  readonly name: string
  readonly weight: number
  run(world: World): Promise<string>
}

const DAY_MS = 86_400_000
const JOB_MS = 120_000
const RUN_MS = 300_000

/** A refusal says what to do; one that nobody has thought of does not count as one. */
async function asked<N extends RequestName>(world: World, name: N, input: RequestInput<N>): Promise<Reply<N>> {
  const reply = await world.app.ask(name, input)
  if (!reply.ok) {
    ok(reply.error.code !== 'E_INTERNAL', `${name}: ${reply.error.code} ${reply.error.message}`)
    world.counts.refusals++
  }
  return reply
}

async function runsNow(world: World, ...status: Run['status'][]): Promise<Run[]> {
  return (await world.app.call('runs.list', { filter: { status }, limit: 10_000 })).runs
}

async function importSource(world: World, kind: Dataset['kind']): Promise<string> {
  const name = `${kind} ${++world.serial}`
  const folder = join(world.sources, name)
  const source = kind === 'table' ? makeTable(folder, world.random) : await makeImages(folder, world.random)
  const { jobId } = await world.app.call('datasets.import', {
    source: source.path,
    options: { name, storage: 'copy', ...(kind === 'table' ? { labelColumns: [{ name: source.column }] } : {}) },
  })
  const job = await world.app.jobEnd(jobId, JOB_MS)
  strictEqual(job.status, 'done', `the import of ${name}: ${job.error?.message}`)
  await know(world, String(job.result?.['datasetId']), source)
  return name
}

async function know(world: World, id: string, source: Source): Promise<void> {
  const { name, kind, items, problems } = await world.app.call('datasets.get', { datasetId: id })
  strictEqual(items, source.labels.length, `items of ${name}`)
  ok(problems >= source.broken, `${source.broken} files of ${name} are broken, ${problems} are listed`)
  const page = await world.app.call('datasets.items', { datasetId: id, offset: 0, limit: 1000 })
  const labels = page.items.map((item) => (item.labels[source.column] ?? null) as string | null)
  const inOrder = (values: readonly (string | null)[]) => (kind === 'table' ? values : [...values].sort())
  strictEqual(inOrder(labels).join(), inOrder(source.labels).join(), `labels of ${name}`)
  world.datasets.set(id, {
    id,
    name,
    kind,
    column: source.column,
    classes: source.classes,
    itemIds: page.items.map((item) => item.id),
    versions: [labels],
    at: 0,
  })
}

async function label(world: World): Promise<string> {
  const dataset = pick(world.random, [...world.datasets.values()])
  if (dataset === undefined) return 'nothing to label'
  const places = new Set(Array.from({ length: 5 }, () => between(world.random, 0, dataset.itemIds.length - 1)))
  const value = pick(world.random, [...dataset.classes, null]) ?? null
  const itemIds = [...places].map((place) => dataset.itemIds[place] as number)
  const reply = await asked(world, 'datasets.label', { datasetId: dataset.id, column: dataset.column, itemIds, value })
  if (!reply.ok) return `refused: ${reply.error.message}`
  const now = labelsOf(dataset)
  const next = now.map((old, place) => (places.has(place) ? value : old))
  // What changes nothing is no version.
  if (reply.value.changed === 0) strictEqual(next.join(), now.join())
  else {
    dataset.versions = [...dataset.versions.slice(0, dataset.at + 1), next]
    dataset.at++
  }
  return `${reply.value.changed} of ${dataset.name} are ${value}`
}

async function step(world: World, name: 'datasets.undo' | 'datasets.redo', by: -1 | 1): Promise<string> {
  const dataset = pick(world.random, [...world.datasets.values()])
  if (dataset === undefined) return 'no dataset'
  const isThere = dataset.versions[dataset.at + by] !== undefined
  const reply = await asked(world, name, { datasetId: dataset.id })
  if (reply.ok) strictEqual(isThere, true, `${name} of ${dataset.name} went where nothing is`)
  if (reply.ok) dataset.at += by
  return reply.ok ? dataset.name : `refused: ${reply.error.message}`
}

async function train(world: World): Promise<string> {
  const dataset = pick(world.random, [...world.datasets.values()])
  if (dataset === undefined) return 'nothing to train on'
  const reply = await asked(world, 'runs.start', {
    spec: {
      name: `run ${++world.serial}`,
      dataset: dataset.id,
      base: { architecture: 'mlp' },
      strategy: { type: 'fine-tuning' },
      epochs: pick(world.random, [1, 4, 40]) ?? 1,
      batchSize: 16,
      seed: between(world.random, 1, 2),
    },
  })
  if (!reply.ok) return `refused: ${reply.error.message}`
  const { runId } = reply.value
  world.runs.set(runId, { id: runId, datasetId: dataset.id, end: null, wish: 'train' })
  return `${runId} on ${dataset.name}`
}

/** Asks something of a run; which of them can be done depends on a moment that nobody knows. */
async function act(world: World, verb: 'pause' | 'stop' | 'resume'): Promise<string> {
  const open = [...world.runs.values()].filter(({ end }) => end === null)
  const run = pick(world.random, open)
  if (run === undefined) return 'no run'
  const reply = await asked(world, `runs.${verb}`, { runId: run.id })
  if (!reply.ok) return `refused: ${reply.error.message}`
  run.wish = verb === 'resume' ? 'train' : verb
  return run.id
}

async function settle(world: World): Promise<string> {
  for (const end = Date.now() + RUN_MS; Date.now() < end; await sleep(200)) {
    if ((await runsNow(world, 'running', 'queued')).length > 0) continue
    checkFiles(world.workspace)
    // One whose process dies before it has heard of the stop is interrupted, and says so.
    for (const { id } of await runsNow(world, 'paused')) {
      ok(world.runs.get(id)?.wish !== 'stop', `${id} was stopped, and is not`)
    }
    return 'nothing runs'
  }
  throw new Error('the queue does not come to an end')
}

async function exportModel(world: World): Promise<string> {
  const run = pick(world.random, await runsNow(world, 'finished'))
  if (run === undefined) return 'no model'
  const reply = await asked(world, 'models.export', { runId: run.id, format: 'tfjs' })
  if (!reply.ok) return `refused: ${reply.error.message}`
  const job = await world.app.jobEnd(reply.value.jobId, JOB_MS)
  strictEqual(job.status, 'done', `the export of ${run.id}: ${job.error?.message}`)
  checkExport(String(job.result?.['folder']))
  return String(job.result?.['folder'])
}

async function killTrainer(world: World): Promise<string> {
  const pid = pick(world.random, world.app.trainers())
  if (pid === undefined) return 'no trainer'
  const [run] = await runsNow(world, 'running')
  process.kill(pid, 'SIGKILL')
  world.counts.trainerKills++
  while (isAlive(pid)) await sleep(20)
  if (run === undefined) return 'between two runs'
  for (let i = 0; i < 100; i++, await sleep(100)) {
    const { status } = await world.app.call('runs.get', { runId: run.id })
    if (status !== 'running') return `${run.id} is ${status}`
  }
  throw new Error(`${run.id} runs without a trainer`)
}

/** The queue goes on after a restart; what was running waits to be asked, but for what was asked to stop. */
async function restart(world: World, end: () => Promise<unknown>, shift = 0): Promise<void> {
  const before = new Set((await runsNow(world, 'running')).map(({ id }) => id))
  await end()
  await world.app.start(shift)
  for (const { id } of await runsNow(world, 'running', 'queued')) {
    ok(
      !before.has(id) || world.runs.get(id)?.wish === 'stop',
      `${id} was broken off and goes on before anybody asked for it`,
    )
  }
}

async function killApp(world: World): Promise<string> {
  await restart(world, () => world.app.kill())
  world.counts.appKills++
  return `${(await runsNow(world, 'interrupted')).length} interrupted`
}

async function interruptGroup(world: World): Promise<string> {
  const [run] = await runsNow(world, 'running')
  await restart(world, async () => ok((await world.app.interruptGroup()) !== null, 'the app did not end by itself'))
  world.counts.groupSignals++
  if (run === undefined) return 'nothing ran'
  const { status, reason, progress } = await world.app.call('runs.get', { runId: run.id })
  // Before its first step there is nothing to keep; and what a full disk broke off is recorded a little later.
  const isExcused = progress === 0 || /disk|recorded/.test(reason ?? '')
  ok(isExcused || (status !== 'interrupted' && status !== 'failed'), `${run.id} is ${status}: ${reason}`)
  return `${run.id} is ${status}`
}

async function shiftClock(world: World): Promise<string> {
  const days = pick(world.random, [-400, -1, 1]) ?? -1
  await restart(world, () => world.app.interruptGroup(), days * DAY_MS)
  world.counts.clockShifts++
  return `${days} days`
}

async function secondProcess(world: World): Promise<string> {
  const { status, reply } = world.app.command('runs')
  world.counts.secondProcesses++
  ok(status !== 0, 'two processes had one workspace')
  const error = (reply['error'] ?? reply) as { code?: string }
  ok(error.code !== undefined && error.code !== 'E_INTERNAL', JSON.stringify(reply))
  return String(error.code)
}

/** Nothing can be written any more, then it can again: what was said to be done is done, what was not is not. */
async function fullDisk(world: World): Promise<string> {
  if (world.disk === null) return 'the workspace has no disk of its own here'
  world.counts.fullDisks++
  world.disk.fill()
  try {
    const said = [await label(world), await step(world, 'datasets.undo', -1), await train(world)]
    await sleep(1500)
    return said.join('; ')
  } finally {
    world.disk.free()
    await sleep(500)
  }
}

async function remove(world: World): Promise<string> {
  const known = pick<KnownRun | KnownDataset>(world.random, [...world.runs.values(), ...world.datasets.values()])
  if (known === undefined) return 'nothing to remove'
  if ('wish' in known) {
    const reply = await asked(world, 'runs.remove', { runIds: [known.id] })
    if (reply.ok) world.runs.delete(known.id)
    return reply.ok ? known.id : `refused: ${reply.error.message}`
  }
  const reply = await asked(world, 'datasets.remove', { datasetId: known.id })
  if (reply.ok) world.datasets.delete(known.id)
  return reply.ok ? known.name : `refused: ${reply.error.message}`
}

async function wait(world: World): Promise<string> {
  const milliseconds = between(world.random, 200, 3000)
  await sleep(milliseconds)
  return `${milliseconds} ms`
}

export const OPERATIONS: readonly Operation[] = [
  { name: 'import a table', weight: 3, run: (world) => importSource(world, 'table') },
  { name: 'import images', weight: 2, run: (world) => importSource(world, 'image') },
  { name: 'label', weight: 8, run: label },
  { name: 'undo', weight: 4, run: (world) => step(world, 'datasets.undo', -1) },
  { name: 'redo', weight: 3, run: (world) => step(world, 'datasets.redo', 1) },
  { name: 'train', weight: 10, run: train },
  { name: 'wait', weight: 8, run: wait },
  { name: 'pause', weight: 3, run: (world) => act(world, 'pause') },
  { name: 'stop', weight: 2, run: (world) => act(world, 'stop') },
  { name: 'resume', weight: 8, run: (world) => act(world, 'resume') },
  { name: 'let the queue end', weight: 2, run: settle },
  { name: 'export', weight: 2, run: exportModel },
  { name: 'kill the trainer', weight: 5, run: killTrainer },
  { name: 'kill the app', weight: 2, run: killApp },
  { name: 'Ctrl-C', weight: 2, run: interruptGroup },
  { name: 'shift the clock', weight: 1, run: shiftClock },
  { name: 'a second process', weight: 1, run: secondProcess },
  { name: 'fill the disk', weight: 2, run: fullDisk },
  { name: 'remove', weight: 1, run: remove },
]
