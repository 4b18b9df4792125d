import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { CLI } from '../support/programs.ts'

/** A study from a file, with real trainings: the same document as `studies.get` answers to the window. */

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-study-'))
  await makePhotoFolder(join(folder, 'photos'), { perClass: 10, side: 120, size: 32, seed: 1 })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
  const all = [CLI, ...args, '--workspace', join(folder, 'workspace')]
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function json<T>(...args: string[]): T {
  const { status, stdout, stderr } = graft(...args, '--json')
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

interface StudyDocument {
  id: string
  status: string
  runs: { total: number; finished: number }
  cells: { arm: number; seed: number; status: string; value: number | null }[]
  results: {
    metric: string
    majority: { value: number } | null
    rows: { label: string; rank: number; values: unknown[]; againstLeader: { p: number | null } | null }[]
    sentences: string[]
  }
  spec: object
}

const study = {
  kind: 'tournament',
  name: 'photos, two rates',
  base: {
    dataset: 'photos',
    base: { architecture: 'lenet', inputSize: 32 },
    strategy: { type: 'fine-tuning' },
    batchSize: 16,
  },
  arms: [
    { label: 'Usual rate', patch: { 'optimizer.learningRate': 0.002 } },
    { label: 'No rate to speak of', patch: { optimizer: { type: 'adam', learningRate: 1e-8 } } },
  ],
  seeds: [1, 2, 3],
  budget: { kind: 'epochs', epochs: 8 },
}
let found: StudyDocument

describe('graft study', () => {
  it('trains every arm with every seed and judges them', () => {
    json('dataset', 'import', join(folder, 'photos'), '--name', 'photos', '--seed', '3')
    writeFileSync(join(folder, 'study.json'), JSON.stringify(study))
    found = json<StudyDocument>('study', join(folder, 'study.json'))
    expect([found.status, found.runs]).toMatchObject(['finished', { total: 6, finished: 6 }])
    expect(found.cells.every((cell) => cell.status === 'finished' && cell.value !== null)).toBe(true)
    expect(found.results.metric).toBe('test.accuracy')
    expect(found.results.rows.map((row) => [row.label, row.rank, row.values.length])).toEqual([
      ['Usual rate', 1, 3],
      ['No rate to speak of', 2, 3],
    ])
    expect(found.results.rows[1]?.againstLeader?.p).toBeLessThan(0.05)
    expect(found.results.sentences[0]).toMatch(
      /^Usual rate beats no rate to speak of by \d+\.\d ± \d+\.\d points over 3 seeds\.$/,
    )
    expect(found.results.majority?.value).toBeLessThan(0.3)
  })

  it('is listed, shown again as the same document, and as a table for people', () => {
    expect(json<{ id: string }[]>('studies').map(({ id }) => id)).toEqual([found.id])
    expect(json<StudyDocument>('studies', found.id)).toEqual(found)
    expect(graft('studies', found.id).stdout).toMatch(/rank +arm.*\n +1 +Usual rate/)
  })

  it('has nothing left to go on with', () => {
    expect(json<StudyDocument>('study', '--resume', found.id).results).toEqual(found.results)
  })

  it('refuses what makes no study, before anything runs', () => {
    const bad = { ...study, arms: [{ preset: 'magic' }] }
    writeFileSync(join(folder, 'bad.json'), JSON.stringify(bad))
    const { status, stdout, stderr } = graft('study', join(folder, 'bad.json'), '--json')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/E_RUN_SPEC/)
    expect(json<unknown[]>('runs')).toHaveLength(6)
  })
})
