import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { projectRoot } from '../../../build/setup/context.mjs'
import { loadFrozen } from '../../../src-main/trainer/frozen.ts'
import { writeFiles } from '../../setup/support.ts'

afterEach(() => {
  delete process.env['GRAFT_FROZEN']
  delete process.env['GRAFT_CPU_WITHOUT']
})

const SOURCES = [
  'trainer/frozen.ts',
  'base/cpu-features.ts',
  'base/frozen-addon.ts',
  'learning/engine/frozen/frozen-sizes.ts',
]

/** What the loader gives where these files lie in its tfjs-node. */
function loadedFrom(files: Record<string, string>): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'graft-frozen-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const source of SOURCES) cpSync(join(projectRoot, 'src-main', source), join(folder, 'src-main', source))
  const module = 'node_modules/@tensorflow/tfjs-node'
  const named = Object.entries(files).map(([name, text]) => [`${module}/${name}`, text])
  const script = `import { loadFrozen } from './src-main/trainer/frozen.ts'
    console.log(JSON.stringify(loadFrozen()))`
  writeFiles(folder, { 'package.json': '{"type":"module"}', 'ask.ts': script, ...Object.fromEntries(named) })
  const args = ['--disable-warning=ExperimentalWarning', join(folder, 'ask.ts')]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

test('kernels that were never built are absent, and it is said why', () => {
  const absence = { frozenAbsence: expect.stringContaining('were not built on this computer') }
  expect(loadedFrom({})).toEqual(absence)
  expect(loadedFrom({ 'package.json': '{}' })).toEqual(absence)
})

test('a broken file is absent, with the system’s words', () => {
  expect(loadedFrom({ 'package.json': '{}', 'lib/napi-v8/graft_frozen.node': 'no library' })).toEqual({
    frozenAbsence: expect.stringMatching(/^Graft’s native kernels cannot be loaded \(.*graft_frozen\.node/),
  })
})

test('turned off they are absent, and back when they are on again', () => {
  const before = loadFrozen()
  process.env['GRAFT_FROZEN'] = 'off'
  expect(loadFrozen()).toEqual({ frozenAbsence: 'GRAFT_FROZEN=off turns Graft’s native kernels off' })
  delete process.env['GRAFT_FROZEN']
  expect(Object.keys(loadFrozen())).toEqual(Object.keys(before))
})

test('a processor without the instructions has no kernels of int8', () => {
  process.env['GRAFT_CPU_WITHOUT'] = 'avx512_vnni,avx_vnni'
  expect(loadFrozen().frozen?.kernels.int8 ?? null).toBeNull()
})
