import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plural } from '../../src-main/base/plural.ts'
import { CASES, IMPORT_CASES } from '../support/import-cases.ts'
import { CLI } from '../support/programs.ts'

/** Inputs that once went wrong, by the command line; cases-window.test.ts goes through the same by the window. Those without a
 *  file of their own:
 *
 *  | what | tested by |
 *  |---|---|
 *  | a reader that ends early, Ctrl-C, --json with bad use, warnings before a run | cli-use.test.ts |
 *  | a read-only workspace, --csv DIR, --out into a read-only place | cli-read-only.test.ts |
 *  | runs --sort of a measure whose lowest value is best | store/metrics.test.ts |
 *  | a folder below a class | unit/data/layouts.test.ts |
 *  | a row per link and unreadable name | unit/trainer/prediction-inputs.test.ts |
 *  | an odd crop, and the values of grey (10) | unit/data/decode.test.ts | */

const FLOAT = join(CASES, '../photos/float01.tif')

let folder: string
let env: NodeJS.ProcessEnv
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-cases-'))
  env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user'), GRAFT_WORKSPACE: join(folder, 'workspace') }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const graft = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' })
const input = (name: string): string => join(CASES, name)

/** What a command that must succeed writes. */
function told(...args: string[]): string {
  const { status, stdout, stderr } = graft(...args)
  expect(status, stderr).toBe(0)
  return stdout
}

interface RunDocument {
  runId: string
  metrics: Record<'train' | 'validation' | 'test', Record<string, number>>
  best: Record<string, { kept: number; best: number; last: number }>
}

function run(spec: object): RunDocument {
  const path = join(folder, 'spec.json')
  writeFileSync(path, JSON.stringify({ strategy: { type: 'fine-tuning' }, ...spec }))
  return JSON.parse(told('run', path, '--json')) as RunDocument
}

/** Cells of the CSV that `graft predict` writes. */
function predicted(runId: string, source: string): string[][] {
  const csv = join(folder, 'predicted.csv')
  told('predict', runId, source, '--csv', csv)
  const rows = readFileSync(csv, 'utf8').trim().split(/\r?\n/)
  return rows.map((row) => row.split(','))
}

it.each(IMPORT_CASES)('imports $input', ({ input: name, items, classes, labels, features, said, found = [] }) => {
  const text = told('dataset', 'import', input(name), '--name', name)
  expect(text).toContain(`${name}: ${plural(items, 'item')}, ${plural(classes, 'class', 'classes')}, `)
  const problems = Number(/(\d+) problems?$/m.exec(text)?.[1])
  expect(text).toContain(plural(problems, 'problem'))
  for (const line of [...labels, ...said, ...found]) expect(text).toContain(line)
  if (features !== undefined) expect(text).toContain(`features: ${features}\n`)
  if (said.length + found.length === 0) expect(problems).toBe(0)
})

describe('what is guessed can be said otherwise', () => {
  it('12: whole numbers are classes', () => {
    const text = told('dataset', 'import', input('12-26-integer-classes.csv'), '--name', '12', '--classes', 'label')
    expect(text).toContain('26 classes, 0 problems')
  })

  it('18: None is no class', () => {
    const text = told('dataset', 'import', input('18-class-None.csv'), '--name', '18', '--missing', 'None')
    expect(text).toContain('24 items, 2 classes, 8 problems')
  })

  it('15: the first line names the columns', () => {
    const text = told('dataset', 'import', input('15-no-header'), '--name', '15', '--header')
    expect(text).toContain('to predict: dog (2 classes)')
    expect(text).toContain('img_000.png: labels.csv says nothing about it')
  })
})

it('01: a table with decimal commas is learned and predicted as with decimal points', () => {
  const points = join(folder, 'points.csv')
  writeFileSync(points, readFileSync(input('01-decimal-comma.csv'), 'utf8').replaceAll(',', '.'))
  told('dataset', 'import', points, '--name', 'points')
  const spec = { base: { architecture: 'mlp' }, epochs: 40, optimizer: { type: 'adam', learningRate: 0.01 } }
  const { runId } = run({ ...spec, dataset: '01-decimal-comma.csv' })
  const rows = predicted(runId, input('01-decimal-comma.csv')).slice(1)
  expect(rows).toEqual(predicted(run({ ...spec, dataset: 'points' }).runId, points).slice(1))
  const right = readFileSync(points, 'utf8').trim().split(/\r?\n/).slice(1)
  const hits = rows.filter((row, i) => row[1] === right[i]!.split(';')[2]).length
  expect(hits / right.length).toBeGreaterThan(0.93)
  expect(predicted(runId, input('01-two-rows.csv')).map((row) => row.at(-1))).toEqual(['error', '', ''])
})

it('07: equal rows of a table are in the test split; a run without test items says so', () => {
  const source = input('07-discrete-table.csv')
  expect(told('dataset', 'import', source, '--name', '07')).toContain('1992 rows have the features of an earlier row')
  expect(told('dataset', 'show', '07')).toContain('train 1401, validation 301, test 298')
  const spec = { base: { architecture: 'mlp' }, epochs: 1 }
  expect(run({ ...spec, dataset: '07' }).metrics.test).toHaveProperty('accuracy')
  told('dataset', 'import', source, '--name', 'no-test', '--split', '0.8,0.2,0')
  writeFileSync(
    join(folder, 'spec.json'),
    JSON.stringify({ ...spec, dataset: 'no-test', strategy: { type: 'fine-tuning' } }),
  )
  expect(graft('run', join(folder, 'spec.json')).stderr).toContain('The test split is empty')
})

it('08: shares that small classes do not allow are said', () => {
  const args = ['--name', '08', '--split', '0.9,0.05,0.05']
  const text = told('dataset', 'import', input('08-small-classes.csv'), ...args)
  expect(text).toContain('\n  The shares asked for are 108 train, 6 validation, 6 test; the split is 40 train')
})

it('09: every figure belongs to the weights that are saved', () => {
  told('dataset', 'import', input('09-table.csv'), '--name', '09')
  const of = (restoreBest: boolean) =>
    run({
      dataset: '09',
      name: `restoreBest ${restoreBest}`,
      base: { architecture: 'mlp' },
      epochs: 30,
      optimizer: { type: 'adam', learningRate: 0.05 },
      earlyStopping: { patience: 100, restoreBest },
    })
  const [restored, last] = [of(true), of(false)]
  const loss = 'validation.loss'
  expect(restored.best[loss]!.best).toBeLessThan(restored.best[loss]!.last)
  expect(restored.metrics.validation['loss']).toBe(restored.best[loss]!.best)
  expect(last.metrics.validation['loss']).toBe(last.best[loss]!.last)
  const ids = [restored.runId, last.runId]
  const compared = JSON.parse(told('compare', ...ids, '--json')) as { runs: RunDocument[] }
  expect(compared.runs.map((one) => one.metrics)).toEqual([restored.metrics, last.metrics])
  const listed = JSON.parse(told('runs', '--json')) as { id: string; metrics: RunDocument['best'] }[]
  const kept = ids.map((id) => listed.find((one) => one.id === id)?.metrics[loss]?.kept)
  expect(kept).toEqual([restored.metrics.validation['loss'], last.metrics.validation['loss']])
})

describe('a model of grey pictures', () => {
  let runId: string
  beforeAll(() => {
    const base = { architecture: 'lenet', channels: 1 }
    ;({ runId } = run({ dataset: '27-class-names', base, epochs: 1, batchSize: 8 }))
  })

  it('10: says how colours become grey', () => {
    const out = join(folder, 'grey')
    told('export', runId, '--format', 'keras', '--out', out)
    expect(readFileSync(join(out, 'preprocessing.json'), 'utf8')).toContain('0.299 R + 0.587 G + 0.114 B')
  })

  it('22: predicts no drawing, as no import takes one', () => {
    mkdirSync(join(folder, 'drawings'))
    for (const name of ['22.svg', '10-red.png']) copyFileSync(input(name), join(folder, 'drawings', name))
    const reasons = Object.fromEntries(predicted(runId, join(folder, 'drawings')).map((row) => [row[0], row.at(-1)]))
    expect(reasons).toMatchObject({ '10-red.png': '', '22.svg': expect.stringContaining('SVG drawings are not read') })
    expect(told('dataset', 'import', join(folder, 'drawings'), '--name', '22')).toContain(
      '22.svg: SVG drawings are not read',
    )
  })

  it('27: writes distinct columns for classes that are called as columns are', () => {
    const [header] = predicted(runId, input('27-class-names/cat'))
    expect(header).toEqual(['path', 'predicted', 'cat', 'error (class)', 'path (class)', 'predicted (class)', 'error'])
  })
})

describe('a file that cannot be used', () => {
  it.each([
    ['11', FLOAT, 'floating point numbers of 32 bits, whose white is not known'],
    ['22', join(CASES, '22.svg'), 'SVG drawings are not read'],
    ['10', join(CASES, '10-red.png'), 'one picture'],
  ])('%s: alone says why', (_, source, reason) => {
    const { status, stderr } = graft('dataset', 'import', source, '--name', 'x')
    expect(status).toBe(2)
    expect(stderr).toContain(reason)
  })

  it('11: in a folder is listed with the same reason', () => {
    mkdirSync(join(folder, 'depths'))
    copyFileSync(FLOAT, join(folder, 'depths', 'float.tif'))
    copyFileSync(input('10-red.png'), join(folder, 'depths', 'red.png'))
    const text = told('dataset', 'import', join(folder, 'depths'), '--name', '11')
    expect(text).toContain('1 item, 0 classes, 1 problem\n')
    expect(text).toContain('float.tif: Expected values of 8 or 16 bits')
  })

  it('20: a spec with a byte order mark is read', () => {
    const { stderr } = graft('run', input('20-bom-spec.json'))
    expect(stderr).toContain('base')
    expect(stderr).not.toMatch(/JSON|Unexpected token/)
  })
})
