import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REQUEST_NAMES } from '../../src-main/contract/names.ts'
import { CLI } from '../support/programs.ts'

let folder: string
let env: NodeJS.ProcessEnv

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-use-'))
  env = { ...process.env, GRAFT_USER_FOLDER: join(folder, 'user'), GRAFT_WORKSPACE: join(folder, 'workspace') }
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 13},${i % 2 === 0 ? 'even' : 'odd'}`)
  writeFileSync(join(folder, 'table.csv'), ['a,b,label', ...rows].join('\n'))
  const { status, stderr } = graft(
    'dataset',
    'import',
    join(folder, 'table.csv'),
    '--name',
    'table',
    '--label',
    'label',
  )
  expect(status, stderr).toBe(0)
  writeFileSync(join(folder, 'list.json'), '[]')
  writeFileSync(join(folder, 'wrong.json'), '{"dataset":3}')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8', cwd: folder })
}

function spec(more: object): string {
  const path = join(folder, 'spec.json')
  const usual = { dataset: 'table', base: { architecture: 'mlp' }, strategy: { type: 'fine-tuning' } }
  writeFileSync(path, JSON.stringify({ ...usual, ...more }))
  return path
}

describe('a reader that has seen enough', () => {
  it.each(['schema --json', 'runs', 'schema'])('ends `graft %s` quietly, with the code of a closed pipe', (command) => {
    // Read to its first bytes, and not read at all: the second is gone before anything is written.
    const run = (reader: string) => {
      const script = `"$0" "$1" ${command} | ${reader}; exit "\${PIPESTATUS[0]}"`
      return spawnSync('bash', ['-c', script, process.execPath, CLI], { env, encoding: 'utf8', cwd: folder })
    }
    expect(run('head -c 20 > read').stderr).toBe('')
    const { status, stderr } = run('exec true')
    expect(stderr).toBe('')
    expect(status).toBe(141)
  })
})

describe('bad use with --json', () => {
  it.each([
    [['runs', '--frobnicate']],
    [['frobnicate']],
    [[]],
    [['dataset', 'import', 'x']],
    [['dataset', 'import', 'missing', '--name', 'x']],
    [['dataset', 'import', 'table.csv', '--name', 'x', '--seed', 'x']],
    [['dataset', 'import', 'table.csv', '--name', 'x', '--split', '3']],
    [['run']],
    [['run', 'missing.json']],
    [['run', 'wrong.json']],
    [['extend', 'x', '--epochs', 'x']],
    [['extend', 'x', '--epochs', '0']],
    [['review', 'x']],
    [['runs', '--sort', 'x']],
    [['study', 'wrong.json']],
    [['studies', 'x']],
    [['model', 'show', 'x']],
    [['export', 'x', '--format', 'x']],
    [['analyse', 'advisor', 'wrong.json', '--set', 'x']],
  ])('is one line of JSON and exit code 2: %j', (args) => {
    const { status, stdout, stderr } = graft(...args, '--json')
    expect(stdout).toBe('')
    expect(stderr.trim().split('\n')).toHaveLength(1)
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; fix: string } }
    expect(error.code).toMatch(/^E_(?!INTERNAL)/)
    expect(error.message).toMatch(/^Expected .{10}/)
    expect(error.fix.length).toBeGreaterThan(10)
    for (const name of REQUEST_NAMES) expect(stderr.split(/[^\w.]+/)).not.toContain(name)
    expect(status).toBe(2)
  })

  it('leaves help what it is', () => {
    const { status, stdout, stderr } = graft('runs', '--help', '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('Usage: graft runs')
  })
})

interface RunDocument {
  runId: string
  status: string
  reason: string | null
  warnings: { code: string; message: string }[]
}

describe('a run', () => {
  it('tells beforehand what is doubtful about its spec, and in its document', () => {
    const first = graft('run', spec({ epochs: 1 }), '--json')
    const { runId, warnings } = JSON.parse(first.stdout) as RunDocument
    expect(warnings).toEqual([])
    const doubtful = spec({ base: `run:${runId}`, epochs: 2, optimizer: { type: 'adam', learningRate: 0.5 } })
    const { status, stdout, stderr } = graft('run', doubtful, '--json')
    expect(status).toBe(0)
    const told = (JSON.parse(stdout) as RunDocument).warnings
    expect(told.map(({ code }) => code)).toContain('rate-high')
    for (const { message } of told) expect(stderr).toContain(`warn ${message}\n`)
    expect(stderr.indexOf('warn ')).toBe(0)
  })

  // A terminal sends Ctrl-C to the whole group of its foreground: to the command line and to every process that it started.
  it.runIf(process.platform !== 'win32').each([
    ['while it trains', /epoch 0\.0, \d+ %/, 'SIGINT', 130],
    ['while the trainer starts', /^$/, 'SIGINT', 130],
    ['at the end of its session', /epoch 0\.0, \d+ %/, 'SIGTERM', 143],
  ] as const)('writes its checkpoint when its group is interrupted %s', async (_, sign, signal, code) => {
    const path = spec({ name: 'interrupted', epochs: 9000, batchSize: 2 })
    const child = spawn(process.execPath, [CLI, 'run', path, '--json'], { env, detached: true, cwd: folder })
    const exit = new Promise((resolve) => child.once('exit', (status, by) => resolve(status ?? by)))
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const isUp = (): boolean => (sign.test('') ? childrenOf(child.pid ?? 0).length > 0 : sign.test(stderr))
    while (!isUp() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2))
    process.kill(-(child.pid ?? 0), signal)
    expect(await exit).toBe(code)
    const { runId, status, reason } = JSON.parse(stdout) as RunDocument
    expect(status, reason ?? '').toBe('paused')
    expect(stderr).toContain(`Go on with: graft resume ${runId}`)
    expect(existsSync(join(folder, 'workspace', 'runs', runId, 'checkpoints', 'main'))).toBe(true)
  })
})

/** Processes that a process has started. */
function childrenOf(pid: number): string[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.split('\n').filter((line) => line.trim() !== '')
}
