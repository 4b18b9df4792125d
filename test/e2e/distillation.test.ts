import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Exhibit, ExhibitOf } from '../../src-main/contract/exhibits.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { CLI } from '../support/programs.ts'

const DIGITS = fileURLToPath(new URL('../../resources/samples/digits', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-distil-'))
  const { status, stderr } = graft('dataset', 'import', DIGITS, '--name', 'digits', '--split', '0.9,0.1,0')
  expect(status, stderr).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(...args: string[]) {
  const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user') }
  const all = [CLI, ...args, '--workspace', join(folder, 'workspace')]
  return spawnSync(process.execPath, all, { env, encoding: 'utf8' })
}

/** As `graft run SPEC` does it for a user. */
function run(spec: object, ...flags: string[]) {
  const path = join(folder, 'spec.json')
  writeFileSync(path, JSON.stringify({ dataset: 'digits', batchSize: 64, seed: 1, ...spec }))
  return graft('run', path, ...flags)
}

function document(spec: object): { runId: string; metrics: { test: { accuracy: number } }; exhibits: Exhibit[] } {
  const { status, stdout, stderr } = run(spec, '--json')
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as ReturnType<typeof document>
}

const exhibitOf = <K extends Exhibit['kind']>(exhibits: readonly Exhibit[], kind: K, id: string): ExhibitOf<K> => {
  const found = exhibits.find((exhibit) => exhibit.id === id)
  expect(found?.kind).toBe(kind)
  return found as ExhibitOf<K>
}

const mlp = (hidden: string) => ({ architecture: 'mlp', options: { hidden } })

describe('distillation from the command line', () => {
  let teacher: string

  it('a teacher, then a small student with 60 labels that learns more from it than from them', () => {
    const trained = document({ base: mlp('256'), strategy: { type: 'fine-tuning' }, epochs: 8 })
    teacher = `run:${trained.runId}`
    const strategy = { type: 'distillation', teachers: [teacher], compareAlone: true }
    const { exhibits, metrics } = document({ base: mlp('32'), strategy, labelLimit: 60, epochs: 12 })
    const table = exhibitOf(exhibits, 'table', 'distillation')
    const [large, own, alone] = table.rows.map((row) => row[1] as number)
    expect(large).toBeCloseTo(trained.metrics.test.accuracy, 6)
    expect(own).toBeCloseTo(metrics.test.accuracy, 6)
    expect(own! - alone!).toBeGreaterThan(0.08)
    expect(table.level).toBe('good')
    const lens = exhibitOf(exhibits, 'lens', 'lens')
    expect(lens.models).toEqual(['mlp, fine-tuning', 'Student', 'Student alone'])
    expect(lens.rows.length).toBeGreaterThan(20)
  })

  it('a base model teaches classes that it knows, without a single label', { timeout: 240_000 }, async () => {
    const photos = join(folder, 'photos')
    await makePhotoFolder(photos, { perClass: 16, side: 280, size: 160, seed: 1 })
    mkdirSync(join(folder, 'known'))
    const names = { chelsea: 'egyptian_cat', coffee: 'espresso', rocket: 'missile' }
    for (const [photo, name] of Object.entries(names)) renameSync(join(photos, photo), join(folder, 'known', name))
    const imported = graft('dataset', 'import', join(folder, 'known'), '--name', 'known', '--split', '0.7,0.1,0.2')
    expect(imported.status, imported.stderr).toBe(0)
    const strategy = { type: 'distillation', teachers: ['efficientnet-lite0'], hardLossWeight: 0, temperature: 1 }
    const base = { architecture: 'lenet', inputSize: 48 }
    const { exhibits } = document({ dataset: 'known', base, strategy, epochs: 20, batchSize: 16 })
    const [large, own] = exhibitOf(exhibits, 'table', 'distillation').rows.map((row) => row[1] as number)
    expect(large).toBeGreaterThan(0.8)
    expect(own).toBeGreaterThan(0.6)
    expect(exhibitOf(exhibits, 'lens', 'lens').classes).toEqual(['egyptian_cat', 'espresso', 'missile'])
  })

  it('a spec without a teacher is refused with what to do', () => {
    const { status, stderr } = run({ base: mlp('32'), strategy: { type: 'distillation' }, epochs: 1 })
    expect(status).not.toBe(0)
    expect(stderr).toContain('Train a larger network first')
  })

  it('born-again networks, printed as words and a table', () => {
    const strategy = { type: 'born-again-networks', generations: 2, teacher }
    const { status, stdout, stderr } = run({ base: mlp('256'), strategy, epochs: 2 })
    expect(status, stderr).toBe(0)
    expect(stdout).toMatch(/Generations on the test split\. Generations err on/)
    expect(stdout).toMatch(/Generation 2 +\d+\.\d\d %/)
    const other = run({ base: mlp('32'), strategy, epochs: 1 })
    expect(other.status).not.toBe(0)
    expect(other.stderr).toContain('that is distillation')
  })
})
