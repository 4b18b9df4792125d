import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensurePackages } from '../../build/setup/ensure-packages.mjs'
import { machine, program, writeFiles } from './support.ts'

const packages = {
  '': { name: 'x' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/only-on-mac': { version: '1.0.0', optional: true },
}
const lock = JSON.stringify({ packages })

/** A root with a lock file, and an npm that installs what the test says and notes that it was asked. */
function project(npmScript: string): ReturnType<typeof machine> {
  const m = machine()
  writeFiles(m.root, { 'package-lock.json': lock })
  program(m.bin, 'npm', `echo "$@" >> ${m.root}/asked; ${npmScript}`)
  return m
}

const installs = `/bin/mkdir -p node_modules/.bin node_modules/a && /bin/ln -sf ${process.execPath} node_modules/.bin/node && echo '{}' > node_modules/a/package.json`

test('installs by npm ci, once for a lock file', async () => {
  const m = project(installs)
  await ensurePackages(m)
  await ensurePackages(m)
  expect(readFileSync(join(m.root, 'asked'), 'utf8').trim().split('\n')).toEqual([expect.stringMatching(/^ci /)])
  writeFiles(m.root, { 'package-lock.json': JSON.stringify({ packages, changed: true }) })
  await ensurePackages(m)
  expect(readFileSync(join(m.root, 'asked'), 'utf8').trim().split('\n')).toHaveLength(2)
  expect(m.said.join('')).toMatch(/Installing packages \(2 packages\)/)
})

test('accepts what someone installed by hand, when it is what the lock file says', async () => {
  for (const [version, isAsked] of [
    ['1.0.0', false],
    ['0.9.0', true],
  ] as const) {
    const m = project(installs)
    const record = JSON.stringify({ packages: { 'node_modules/a': { version } } })
    writeFiles(m.root, { 'node_modules/.package-lock.json': record, 'node_modules/.bin/x': '' })
    symlinkSync(process.execPath, join(m.root, 'node_modules/.bin/node'))
    await ensurePackages(m)
    expect(existsSync(join(m.root, 'asked'))).toBe(isAsked)
  }
})

test.each([
  ['echo "npm error code ENOTFOUND" >&2; exit 1', /could not be downloaded: check the network/],
  ['echo "npm error code ENOSPC" >&2; exit 1', /^The disk is full/],
  ['echo "npm error Invalid: lock file" >&2; exit 1', /could not be installed \(npm error Invalid: lock file\)/],
  ['exit 0', /no ready Node 24 for linux x64/],
])('an npm that does `%s` ends in a sentence', async (script, sentence) => {
  await expect(ensurePackages(project(script))).rejects.toThrow(sentence)
})

test('npm itself, and room on the disk, can be missing', async () => {
  const m = machine()
  writeFiles(m.root, { 'package-lock.json': lock })
  await expect(ensurePackages(m)).rejects.toThrow(/^npm is missing/)
  await expect(ensurePackages({ ...m, freeBytes: () => 1e9 })).rejects.toThrow(/need about 1.5 GB and 1000 MB are free/)
})
