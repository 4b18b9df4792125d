import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../src-main/contract/datasets.ts'
import { MIGRATIONS_FOLDER, readMigrations } from '../../src-main/core/store/migrate.ts'
import { float32Tensor, writeSafetensors } from '../../src-main/learning/weights/safetensors.ts'
import { runImport } from '../../src-main/trainer/jobs/import.ts'
import { makeBmp } from '../support/bad-files.ts'
import { finish } from '../support/fake-trainer.ts'
import { trainUntilTold } from '../support/toy-scripts.ts'
import { digest, golden } from '../support/golden.ts'
import { testWorkbench, TOY_SPEC, type TestWorkbench } from '../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
  // The real import, in this process.
  test.trainer.script('import', async (child) => {
    if (child.job.kind !== 'import') return
    try {
      await runImport(child.job, { send: async (message) => child.send(message), signal: new AbortController().signal })
      finish(child)
    } catch (error) {
      child.exit(1, null, String(error))
    }
  })
  test.trainer.script('train', trainUntilTold)
})
afterEach(() => test.close())

/** A bitmap of its own for each number. */
function picture(number: number): Buffer {
  const bytes = makeBmp(4, 3)
  for (let at = 54; at < bytes.length; at++) bytes[at] = (at * 3 + number * 17) % 256
  return bytes
}

function write(name: string, content: string | Buffer): string {
  const path = join(test.folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
  return path
}

async function imported(name: string, source: string, options: Partial<ImportOptions> = {}): Promise<string> {
  const { jobId } = await test.call('datasets.import', { source, options: { name, ...options } })
  const job = await test.when('jobs.changed', ({ id, status }) => id === jobId && status !== 'running')
  expect(job.error).toBeNull()
  return String(job.result?.['datasetId'])
}

/** Version and hash as a run records them. */
async function recorded(name: string): Promise<{ version: number; hash: string }> {
  const base = { architecture: 'mlp', options: { hidden: '4' } }
  const { runId } = await test.call('runs.start', { spec: { ...TOY_SPEC, dataset: name, base } })
  const { version, hash } = (await test.call('runs.get', { runId })).dataset
  return { version, hash }
}

async function items(datasetId: string) {
  const { items: all } = await test.call('datasets.items', { datasetId, offset: 0, limit: 100 })
  return all.map((item) => [item.name, item.contentHash.slice(0, 16), item.split, item.labels])
}

function photoFolder(folder: string, prefix = ''): string {
  for (let i = 0; i < 12; i++) write(`${folder}/${i % 2 ? 'bee' : 'ant'}/${prefix}${i}.bmp`, picture(i % 11))
  return join(test.folder, folder)
}

const ROWS = Array.from({ length: 10 }, (_, i) => `${i}.5,${['red', 'white', ''][i % 3]},${i % 2 ? 'bee' : 'ant'}`)

describe('the hash of a dataset', () => {
  it('of a folder of pictures, and what makes it another', async () => {
    const id = await imported('photos', photoFolder('photos'))
    await golden('folder', { ...(await recorded('photos')), items: await items(id) })
    const first = await recorded('photos')
    await test.call('datasets.label', { datasetId: id, column: 'label', itemIds: [1], value: 'bee' })
    const labelled = await recorded('photos')
    await test.call('datasets.undo', { datasetId: id })
    expect((await recorded('photos')).hash).toBe(first.hash)
    await test.call('datasets.moveToSplit', { datasetId: id, itemIds: [3], split: 'test' })
    const moved = await recorded('photos')
    expect(new Set([first.hash, labelled.hash, moved.hash]).size).toBe(3)
    await golden('changed', { labelled, moved })
  })

  it('is the same for the same pictures by other names', async () => {
    await imported('photos', photoFolder('photos'))
    await imported('renamed', photoFolder('renamed', 'other-'), { storage: 'copy' })
    expect((await recorded('renamed')).hash).toBe((await recorded('photos')).hash)
  })

  it('of a labels file and of a table', async () => {
    for (let i = 0; i < 4; i++) write(`listed/${i}.bmp`, picture(i))
    write('listed/labels.csv', 'file,kind,size\n0.bmp,ant,1.5\n1.bmp,bee,2\n2.bmp,ant,\n3.bmp,bee,4\n')
    const listed = await imported('listed', join(test.folder, 'listed'))
    await golden('labels file', { ...(await recorded('listed')), items: await items(listed) })
    const table = await imported('table', write('table.csv', ['x,colour,kind', ...ROWS].join('\n')))
    await golden('table', { ...(await recorded('table')), items: await items(table) })
    const file = join(test.folder, 'ws/datasets', table, 'table.bin')
    await golden('table file', { header: readFileSync(file).toString('latin1', 0, 8), all: digest(readFileSync(file)) })
  })
})

it('files copied into a workspace are named by their content', async () => {
  const id = await imported('photos', photoFolder('photos'), { storage: 'copy' })
  const names = readdirSync(join(test.folder, 'ws/datasets', id, 'files'), { recursive: true }) as string[]
  await golden('copied files', names.filter((name) => name.endsWith('.bmp')).sort().slice(0, 3)) // prettier-ignore
})

it('weights are written as they were', async () => {
  const path = join(test.folder, 'weights.safetensors')
  const tensors = [float32Tensor('a/kernel', [2, 2], Float32Array.of(1, -2, 0.5, 4)), float32Tensor('a/bias', [1], Float32Array.of(3))] // prettier-ignore
  const sha256 = writeSafetensors(path, tensors, { format: 'graft' })
  await golden('weights file', { sha256, text: readFileSync(path).toString('latin1', 8).replaceAll(/[^\u0020-\u007e]/g, '.') }) // prettier-ignore
})

it('migrations that stores have behind them stay what they were', async () => {
  const known = readMigrations(MIGRATIONS_FOLDER)
  await golden('migrations', Object.fromEntries(known.map(({ name, checksum }) => [name, checksum])))
})
