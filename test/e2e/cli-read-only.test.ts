import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLI } from '../support/programs.ts'

/** Permissions do not stop root, so the command line runs as somebody else where the tests run as root. */
const SOMEBODY = 65_534
const isRoot = process.getuid?.() === 0

let folder: string
let runId: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-read-only-'))
  chmodSync(folder, 0o755)
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2 === 0 ? 'even' : 'odd'}`)
  writeFileSync(join(folder, 'table.csv'), ['a,label', ...rows].join('\n'))
  const spec = { dataset: 'table', base: { architecture: 'mlp' }, strategy: { type: 'fine-tuning' }, epochs: 1 }
  writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec))
  const own = { GRAFT_USER_FOLDER: join(folder, 'user'), GRAFT_WORKSPACE: join(folder, 'kept') }
  const graft = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args, '--json'], {
      env: { ...process.env, ...own },
      encoding: 'utf8',
      cwd: folder,
    })
  expect(graft('dataset', 'import', 'table.csv', '--name', 'table', '--label', 'label').status).toBe(0)
  runId = (JSON.parse(graft('run', 'spec.json').stdout) as { runId: string }).runId
  mkdirSync(join(folder, 'locked'))
  mkdirSync(join(folder, 'home'))
  for (const name of ['workspace', 'no-runs', 'read-only'])
    cpSync(join(folder, 'kept'), join(folder, name), { recursive: true })
  if (isRoot) for (const name of ['home', 'workspace', 'no-runs']) giveAway(join(folder, name))
  for (const name of ['locked', 'read-only', 'no-runs/runs']) chmodSync(join(folder, name), 0o555)
})

afterAll(() => {
  for (const name of ['locked', 'read-only', 'no-runs/runs']) chmodSync(join(folder, name), 0o755)
  rmSync(folder, { recursive: true, force: true })
})

function giveAway(path: string): void {
  chownSync(path, SOMEBODY, SOMEBODY)
  for (const entry of readdirSync(path, { recursive: true })) chownSync(join(path, String(entry)), SOMEBODY, SOMEBODY)
}

function refused(workspace: string, ...args: string[]): { code: string; message: string; fix: string } {
  const env = { ...process.env, HOME: join(folder, 'home'), GRAFT_USER_FOLDER: join(folder, 'home') }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, ...args, '--workspace', join(folder, workspace), '--json'],
    { env, encoding: 'utf8', cwd: folder, ...(isRoot ? { uid: SOMEBODY, gid: SOMEBODY } : {}) },
  )
  expect(status, stderr + stdout).toBeGreaterThan(0)
  expect(stderr).not.toMatch(/E_INTERNAL|\.ts:\d+/)
  return (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: ReturnType<typeof refused> }).error
}

describe.runIf(process.platform !== 'win32')('where writing is not permitted', () => {
  it('a workspace says that it must be writable', () => {
    const { code, message, fix } = refused('read-only', 'runs')
    expect(code).toBe('E_WORKSPACE_PATH')
    expect(message).toContain('can be written to')
    expect(fix).toContain('permissions')
  })

  it.each([
    ['an export in it', 'locked/export', 'E_ACCESS'],
    ['an export over it', 'locked', 'E_ACCESS'],
    ['an export below a file', 'table.csv/export', 'E_SOURCE_PATH'],
  ])('%s says what it may not', (_, out, expected) => {
    const { code, message, fix } = refused('workspace', 'export', runId, '--out', join(folder, out))
    expect(code).toBe(expected)
    expect(message).toMatch(/^Expected .*Received/)
    expect(fix).toContain('another place')
  })

  it('a run that cannot be written tells why it did not start', () => {
    const env = { ...process.env, HOME: join(folder, 'home'), GRAFT_USER_FOLDER: join(folder, 'home') }
    const { status, stderr } = spawnSync(
      process.execPath,
      [CLI, 'run', 'spec.json', '--workspace', join(folder, 'no-runs')],
      { env, encoding: 'utf8', cwd: folder, ...(isRoot ? { uid: SOMEBODY, gid: SOMEBODY } : {}) },
    )
    expect(status).toBe(1)
    expect(stderr).toContain('Expected permission for a file or folder')
    expect(stderr).not.toMatch(/E_INTERNAL|\.ts:\d+/)
  })
})
