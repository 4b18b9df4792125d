import { mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureRenderer } from '../../build/setup/ensure-renderer.mjs'
import { machine, writeFiles } from './support.ts'

const WRITES = `
const fs = require('fs'), path = require('path')
fs.appendFileSync('asked', 'x')
for (const f of ['out/renderer/index.html', 'out/preload/preload.cjs', 'out/main/hosts/electron/main.js']) {
  fs.mkdirSync(path.dirname(f), { recursive: true }); fs.writeFileSync(f, '')
}`

function checkout(builder: string): ReturnType<typeof machine> {
  const m = machine()
  writeFiles(m.root, {
    'package-lock.json': '{}',
    'src-renderer/index.html': 'one',
    'node_modules/electron-vite/bin/electron-vite.js': builder,
  })
  mkdirSync(join(m.root, 'node_modules/.bin'))
  symlinkSync(process.execPath, join(m.root, 'node_modules/.bin/node'))
  return m
}

test('builds when a source changed, and only then', async () => {
  const m = checkout(WRITES)
  await ensureRenderer(m)
  await ensureRenderer(m)
  expect(readFileSync(join(m.root, 'asked'), 'utf8')).toBe('x')
  utimesSync(join(m.root, 'src-renderer/index.html'), 1, 1)
  await ensureRenderer(m)
  expect(readFileSync(join(m.root, 'asked'), 'utf8')).toBe('xx')
})

test('a build that fails shows why and is tried again', async () => {
  const m = checkout('console.log("src/App.vue: unexpected token"); process.exit(1)')
  await expect(ensureRenderer(m)).rejects.toThrow(/could not be built: see the lines above/)
  expect(m.said.join('')).toContain('unexpected token')
  await expect(ensureRenderer(m)).rejects.toThrow(/could not be built/)
})
