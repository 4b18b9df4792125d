import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cpuRefusal } from '../../src-main/base/precision-refusal.ts'
import type { PrecisionReport } from '../../src-main/contract/precision.ts'
import { PrefixPrecision } from '../../src-main/contract/prefix-precision.ts'
import { makePhotoFolder } from '../support/photo-folder.ts'
import { CLI } from '../support/programs.ts'

/** Without VNNI and bfloat16: another computer's CPU. */
const WITHOUT = 'avx512_vnni,avx_vnni,avx512_bf16,amx_bf16,bf16'

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-precision-'))
  await makePhotoFolder(join(folder, 'photos'), { perClass: 12, side: 120, size: 64, seed: 2 })
  const imported = graft('dataset', 'import', join(folder, 'photos'), '--name', 'photos', '--seed', '3')
  expect(imported.status, imported.stderr).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(...args: string[]) {
  return graftOn({}, ...args)
}

function graftOn(more: NodeJS.ProcessEnv, ...args: string[]) {
  const env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user'), ...more }
  const all = [CLI, ...args, '--workspace', join(folder, 'workspace')]
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function spec(more: object = {}): string {
  const path = join(folder, `spec-${Object.values(more).join('-')}.json`)
  const frozen = {
    base: 'efficientnet-lite0',
    inputSize: 96,
    freeze: { all: true },
    strategy: { type: 'feature-extraction' },
  }
  writeFileSync(path, JSON.stringify({ dataset: 'photos', epochs: 2, batchSize: 16, ...frozen, ...more }))
  return path
}

const reportOf = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { report: PrecisionReport | null }).report
const lower = PrefixPrecision.options.filter((each) => each !== 'float32' && cpuRefusal(each) === null)

it('says that nothing was measured, and how to', () => {
  expect(graft('precision', spec()).stdout).toContain('Measure with: graft precision')
  expect(reportOf(graft('precision', spec(), '--json'))).toBeNull()
})

it('measures EfficientNet-Lite0 on photographs, and keeps it', () => {
  const measured = graft('precision', spec(), '--measure', '--json')
  expect(measured.status, measured.stderr).toBe(0)
  const report = reportOf(measured)!
  expect(report.options.map(({ precision }) => precision)).toEqual(['float32', 'bfloat16', 'int8'])
  for (const precision of lower) {
    const { refusal, itemsPerSecond, agreement } = report.options.find((each) => each.precision === precision)!
    expect([precision, refusal]).toEqual([precision, null])
    expect(itemsPerSecond).toBeGreaterThan(0)
    expect(agreement?.split).toBe('validation')
    expect(agreement?.cosine.mean).toBeGreaterThan(0.95)
    expect(agreement?.top1).toBeGreaterThan(0.8)
  }
  expect(report.calibration === null).toBe(!lower.includes('int8'))
  const shown = graft('precision', spec())
  expect(shown.stdout).toMatch(/^EfficientNet-Lite0.* up to \S+, on photos version 1, measured 2/)
  expect(shown.stdout).toMatch(/^float32 +\d/m)
  expect(reportOf(graft('precision', spec(), '--json'))).toEqual(report)
})

it.each(lower)(
  'a run in %s finds the features that were measured and keeps what its head makes of both',
  (prefixPrecision) => {
    const run = graft('run', spec({ prefixPrecision }), '--json')
    expect(run.status, run.stderr).toBe(0)
    const { cache } = JSON.parse(run.stdout) as { cache: Record<string, unknown> & { items: number; hits: number } }
    expect(cache).toMatchObject({
      precision: prefixPrecision,
      features: { split: 'validation', top1: expect.any(Number), accuracy: { float32: expect.any(Number) } },
    })
    // The test split is not looked at before.
    expect(cache.hits).toBeGreaterThan(0.7 * cache.items)
    expect(cache['calibration'] !== null).toBe(prefixPrecision === 'int8')
  },
)

it('on a CPU without the instructions both are refused, in the same words by precision and by run', () => {
  const hidden = { GRAFT_CPU_WITHOUT: WITHOUT }
  const measured = graftOn(hidden, 'precision', spec({ seed: 5 }), '--measure', '--json')
  const report = reportOf(measured)!
  expect(report.options.map(({ refusal }) => refusal !== null)).toEqual([false, true, true])
  for (const { precision, refusal } of report.options.slice(1)) {
    const run = graftOn(hidden, 'run', spec({ prefixPrecision: precision }))
    expect(run.status).not.toBe(0)
    expect(run.stderr).toContain(refusal!.replace(/\.$/, '').slice(1))
  }
  expect(existsSync(join(folder, 'workspace', 'precision'))).toBe(true)
})

it('refuses a spec without a frozen part', () => {
  const refused = graft('precision', spec({ base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' }, freeze: undefined, inputSize: undefined }), '--measure') // prettier-ignore
  expect([refused.status === 0, refused.stderr.includes('frozen part')]).toEqual([false, true])
})
