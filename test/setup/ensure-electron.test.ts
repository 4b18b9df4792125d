import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureElectron } from '../../build/setup/ensure-electron.mjs'
import { machine, writeFiles } from './support.ts'

/** A checkout whose Electron package has `install` as its install script. */
function checkout(install: string): ReturnType<typeof machine> {
  const m = machine()
  m.env.DISPLAY = ':0'
  writeFiles(m.root, {
    'node_modules/electron/package.json': '{ "version": "45.4.1" }',
    'node_modules/electron/install.js': `require('fs').appendFileSync(${JSON.stringify(join(m.root, 'asked'))}, 'x');${install}`,
  })
  mkdirSync(join(m.root, 'node_modules/.bin'))
  symlinkSync(process.execPath, join(m.root, 'node_modules/.bin/node'))
  return m
}

test('a download that fails is tried once and remembered', async () => {
  const m = checkout('console.error("Error: 403 Forbidden"); process.exit(1)')
  const first = await ensureElectron(m)
  expect(first).toEqual({ reason: expect.stringMatching(/its download failed \(Error: 403 Forbidden\)/) })
  expect(await ensureElectron(m)).toEqual({
    reason: expect.stringMatching(/403 Forbidden.*delete \.graft\/electron\.json/),
  })
  expect(readFileSync(join(m.root, 'asked'), 'utf8')).toBe('x')
})

test('a download that succeeds is used', async () => {
  const m = checkout(
    `const d = __dirname + '/dist'; fs = require('fs'); fs.mkdirSync(d); fs.writeFileSync(d + '/electron', ''); fs.writeFileSync(d + '/version', '45.4.1')`,
  )
  const path = join(m.root, 'node_modules/electron/dist/electron')
  expect(await ensureElectron(m)).toEqual({ path })
  expect(await ensureElectron(m)).toEqual({ path })
  expect(readFileSync(join(m.root, 'asked'), 'utf8')).toBe('x')
})

test('a binary of another version is not used', async () => {
  const m = checkout('process.exit(1)')
  writeFiles(m.root, { 'node_modules/electron/dist/electron': '', 'node_modules/electron/dist/version': '44.0.0' })
  expect(await ensureElectron(m)).toHaveProperty('reason')
})

test('without a display there is nothing to download', async () => {
  const m = checkout('')
  delete m.env.DISPLAY
  expect(await ensureElectron(m)).toEqual({ reason: 'this machine has no display' })
  expect(existsSync(join(m.root, 'asked'))).toBe(false)
})
