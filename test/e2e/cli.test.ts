import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost } from '../support/http-host.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { CLI } from '../support/programs.ts'

let folder: string
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-cli-'))
  env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
  await makePhotoFolder(join(folder, 'photos'), { perClass: 8, side: 120, size: 64, seed: 1 })
  writeFileSync(join(folder, 'photos', 'brick', 'broken.jpg'), '')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Result {
  status: number | null
  stdout: string
  stderr: string
}

const workspace = (): string[] => ['--workspace', join(folder, 'workspace')]

function graft(...args: string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** Runs a command that must succeed and print one JSON document and nothing else. */
function json<T>(...args: string[]): T {
  const { status, stdout, stderr } = graft(...args, ...workspace(), '--json')
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

interface RunDocument {
  runId: string
  status: string
  metrics: { train: Record<string, number>; test: Record<string, number> }
  seconds: number
  epochSeconds: number[]
  cache: { items: number; hits: number } | null
  weightChange: { layer: string; state: string; change: number; movingChange: number | null }[]
}

const spec = (more: object): string => {
  const path = join(folder, `spec-${Object.values(more).length}-${JSON.stringify(more).length}.json`)
  writeFileSync(path, JSON.stringify({ dataset: 'photos', epochs: 2, batchSize: 16, ...more }))
  return path
}

const runs: Record<'features' | 'tuned', RunDocument> = {} as never

describe('one folder of photographs, from import to a prediction', () => {
  it('imports what can be read and lists what cannot', () => {
    const dataset = json<{
      items: number
      classes: { name: string; count: number }[]
      problems: { path: string; code: string }[]
    }>('dataset', 'import', join(folder, 'photos'), '--name', 'photos', '--seed', '3')
    expect(dataset.items).toBe(64)
    expect(dataset.classes).toHaveLength(8)
    expect(dataset.classes.every((entry) => entry.count === 8)).toBe(true)
    expect(dataset.problems).toEqual([
      expect.objectContaining({ path: expect.stringContaining('broken.jpg'), code: 'zero-bytes' }),
    ])
  })

  it('lists and shows it', () => {
    expect(json<{ name: string }[]>('dataset', 'list').map((dataset) => dataset.name)).toEqual(['photos'])
    expect(
      json<{ splits: { train: number; validation: number; test: number } }>('dataset', 'show', 'photos').splits.train,
    ).toBeGreaterThan(30)
  })

  it('trains on features of EfficientNet-Lite0, which stays as it was', () => {
    runs.features = json<RunDocument>(
      'run',
      spec({ base: 'efficientnet-lite0', freeze: { all: true }, strategy: { type: 'feature-extraction' }, epochs: 8 }),
    )
    expect(runs.features.status).toBe('finished')
    expect(runs.features.metrics.test['accuracy']).toBeGreaterThan(0.7)
    expect(runs.features.cache).toMatchObject({ items: 64, hits: 0 })
    const frozen = runs.features.weightChange.filter((layer) => layer.state === 'frozen')
    expect(frozen.length).toBeGreaterThan(90)
    expect(frozen.every((layer) => layer.change === 0 && (layer.movingChange ?? 0) === 0)).toBe(true)
    expect(runs.features.weightChange.some((layer) => layer.state === 'fresh' && layer.change > 0)).toBe(true)
  })

  it('finds the features again in a second run', () => {
    const again = json<RunDocument>(
      'run',
      spec({ base: 'efficientnet-lite0', freeze: { all: true }, strategy: { type: 'feature-extraction' }, seed: 2 }),
    )
    expect(again.cache).toMatchObject({ items: 64, hits: 64 })
  })

  it('fine-tunes a small network', () => {
    runs.tuned = json<RunDocument>(
      'run',
      spec({ base: { architecture: 'lenet', inputSize: 32 }, strategy: { type: 'fine-tuning' } }),
    )
    expect(runs.tuned.status).toBe('finished')
  })

  it('compares', () => {
    const comparison = json<{ comparable: boolean; parameters: Record<string, unknown[]> }>(
      'compare',
      runs.features.runId,
      runs.tuned.runId,
    )
    expect(comparison.comparable).toBe(true)
    expect(comparison.parameters['strategy.type']).toEqual(['feature-extraction', 'fine-tuning'])
    expect(comparison.parameters['dataset']).toBeUndefined()
    expect(json<unknown[]>('runs')).toHaveLength(3)
  })

  it('exports with a proof', () => {
    const record = json<{ files: { name: string }[]; proof: { maxDifference: number; samples: number } }>(
      'export',
      runs.tuned.runId,
      '--format',
      'tfjs',
      '--out',
      join(folder, 'export'),
    )
    expect(record.proof.maxDifference).toBeLessThan(1e-4)
    expect(record.proof.samples).toBeGreaterThan(0)
    expect(record.files.map((file) => file.name)).toEqual(
      expect.arrayContaining(['model.json', 'labels.json', 'preprocessing.json', 'model-card.md']),
    )
    for (const file of record.files) expect(readFileSync(join(folder, 'export', file.name)).length).toBeGreaterThan(0)
  })

  it('predicts a folder into a CSV, a broken file among it', () => {
    const csv = join(folder, 'new.csv')
    json('predict', runs.tuned.runId, join(folder, 'photos', 'brick'), '--csv', csv)
    const [header, ...rows] = readFileSync(csv, 'utf8').trim().split(/\r?\n/)
    expect(header?.split(',').slice(0, 2)).toEqual(['path', 'predicted'])
    expect(header).toContain('hubble_deep_field')
    expect(rows).toHaveLength(9)
    const good = rows.filter((row) => !row.includes('broken.jpg')).map((row) => row.split(','))
    for (const row of good)
      expect(
        row
          .slice(2, 10)
          .map(Number)
          .reduce((a, b) => a + b),
      ).toBeCloseTo(1, 3)
  })
})

describe('bad use', () => {
  it.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['runs', '--frobnicate']],
    ['a missing argument', ['run']],
    ['a folder that is no workspace', ['runs', '--workspace', tmpdir()]],
  ])('ends with 2: %s', (_, args) => {
    const { status, stdout, stderr } = graft(...args)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.length).toBeGreaterThan(10)
    expect(stderr).not.toMatch(/ at .*\.ts:\d+/)
  })

  it.each([
    ['not JSON', '{"dataset":'],
    [
      'a number out of range',
      '{"dataset":"photos","base":"efficientnet-lite0","strategy":{"type":"fine-tuning"},"epochs":0}',
    ],
    ['an unknown strategy', '{"dataset":"photos","base":"efficientnet-lite0","strategy":{"type":"magic"}}'],
    ['an unknown dataset', '{"dataset":"nothing","base":"efficientnet-lite0","strategy":{"type":"fine-tuning"}}'],
    [
      'an unknown field',
      '{"dataset":"photos","base":"efficientnet-lite0","strategy":{"type":"fine-tuning"},"epoch":3}',
    ],
    ['nothing to train', '{"dataset":"photos","base":"run:none","strategy":{"type":"fine-tuning"}}'],
  ])('refuses a spec: %s', (_, text) => {
    const path = join(folder, 'bad.json')
    writeFileSync(path, text)
    const { status, stdout, stderr } = graft('run', path, ...workspace(), '--json')
    expect(status).toBe(2)
    expect(stdout).toBe('')
    const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: { code: string; message: string } }
    expect(error.code).toMatch(/^E_/)
    expect(error.message.length).toBeGreaterThan(15)
  })
})

describe('one writer', () => {
  it('says who holds the workspace', async () => {
    const host = await startHost({
      userFolder: join(folder, 'user'),
      workspace: join(folder, 'workspace'),
      renderer: folder,
    })
    try {
      const { status, stderr } = graft('runs', ...workspace(), '--json')
      expect(status).toBe(1)
      const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as {
        error: { code: string; message: string }
      }
      expect(error.code).toBe('E_WORKSPACE_HELD')
      expect(error.message).toContain(String(host.process.pid))
    } finally {
      await host.stop()
    }
    expect(graft('runs', ...workspace()).status).toBe(0)
  })

  it('goes on after the command line is killed in the middle of a run', async () => {
    const child = spawn(
      process.execPath,
      [
        CLI,
        'run',
        spec({
          base: { architecture: 'lenet', inputSize: 32 },
          strategy: { type: 'fine-tuning' },
          epochs: 500,
          name: 'killed',
        }),
        ...workspace(),
      ],
      { env, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (chunk: Buffer) => /epoch [2-9]/.test(chunk.toString()) && resolve()),
    )
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const list = json<{ id: string; name: string; status: string; epochsDone: number }[]>('runs')
    const killed = list.find((run) => run.name === 'killed')
    expect(killed?.status).toBe('interrupted')
    expect(killed?.epochsDone).toBeGreaterThanOrEqual(1)
  })
})
