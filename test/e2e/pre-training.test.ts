import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Exhibit, ExhibitOf } from '../../src-main/contract/exhibits.ts'
import { CLI } from '../support/programs.ts'

const DIGITS = fileURLToPath(new URL('../../resources/samples/digits', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-pretrain-'))
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
  writeFileSync(path, JSON.stringify({ dataset: 'digits', seed: 1, ...spec }))
  return graft('run', path, ...flags)
}

function exhibitsOf(spec: object): Map<string, Exhibit> {
  const { status, stdout, stderr } = run(spec, '--json')
  expect(status, stderr).toBe(0)
  const { exhibits } = JSON.parse(stdout) as { exhibits: Exhibit[] }
  return new Map(exhibits.map((exhibit) => [exhibit.id, exhibit]))
}

const sigmoid = { architecture: 'mlp', options: { hidden: '150', activation: 'sigmoid' } }

describe('pre-training without labels, from the command line', () => {
  it('with 60 labels, a head on the features of an RBM errs less than the whole network without pre-training', () => {
    const strategy = { type: 'deep-belief-network', compareScratch: true, headEpochs: 20, pretrainingEpochs: 8 }
    const training = { labelLimit: 60, epochs: 20, batchSize: 5, optimizer: { type: 'adam', learningRate: 0.002 } }
    const exhibits = exhibitsOf({ base: sigmoid, strategy: { ...strategy, rbmBatchSize: 50 }, ...training })
    const table = exhibits.get('pre-trained-or-not') as ExhibitOf<'table'>
    const [pretrained, scratch] = table.rows.map((row) => row[2] as number)
    expect(pretrained).toBeGreaterThan(scratch!)
    expect(table.level).toBe('good')
    expect((exhibits.get('hidden-units') as ExhibitOf<'table'>).level).toBe('info')
    expect((exhibits.get('filters') as ExhibitOf<'images'>).images.length).toBe(100)
  })

  it('rotation prediction runs, and units that are not sigmoid are refused with what to do', () => {
    const lenet = { architecture: 'lenet' }
    const rotated = run({
      base: lenet,
      strategy: { type: 'rotation-prediction', pretrainingEpochs: 1 },
      epochs: 1,
      labelLimit: 60,
    })
    expect(rotated.status, rotated.stderr).toBe(0)
    expect(rotated.stdout).toContain('Rotations told apart')
    const refused = run({ base: lenet, strategy: { type: 'deep-belief-network' }, epochs: 1 })
    expect(refused.status).not.toBe(0)
    expect(refused.stderr).toContain('sigmoid')
  })
})
