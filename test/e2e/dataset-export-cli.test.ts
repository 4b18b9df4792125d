import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLI } from '../support/programs.ts'

const DIGITS = fileURLToPath(new URL('../../resources/samples/digits', import.meta.url))

let folder: string
let env: NodeJS.ProcessEnv

const at = (...parts: string[]): string => join(folder, ...parts)
const command = (...args: string[]): string[] => [CLI, 'dataset', ...args, '--workspace', at('workspace'), '--json']

function graft(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command(...args), { env, encoding: 'utf8' })
  return { status, stderr, said: (stdout === '' ? null : JSON.parse(stdout)) as Record<string, unknown> | null }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-export-cli-'))
  env = { ...process.env, GRAFT_USER_FOLDER: at('user') }
  const rows = Array.from({ length: 30 }, (_, i) => `${i / 7},${i % 3},${i % 2 ? 'bee' : 'ant'}`)
  writeFileSync(at('table.csv'), ['x,y,kind', ...rows].join('\n'))
  expect(graft('import', at('table.csv'), '--name', 'table').status).toBe(0)
  expect(graft('import', DIGITS, '--name', 'digits').status).toBe(0)
  mkdirSync(at('out'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('graft dataset export', () => {
  it.each(['csv', 'json'])('as %s comes back with the same hash', (format) => {
    const { status, said, stderr } = graft('export', 'table', '--format', format, '--out', at(format))
    expect(status, stderr).toBe(0)
    expect(said).toEqual({
      dataset: 'table',
      version: 1,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      format,
      folder: at(format),
      items: 30,
      files: 0,
      linked: 0,
      notes: [],
    })
    expect(graft('import', at(format), '--name', `from ${format}`).status).toBe(0)
    expect(graft('export', `from ${format}`, '--format', 'json').said?.['hash']).toBe(said?.['hash'])
  })

  it('says what a format cannot hold, and what there is instead', () => {
    const { status, stderr } = graft('export', 'table', '--format', 'folders', '--out', at('folders'))
    expect([status, stderr]).toEqual([2, expect.stringContaining('E_EXPORT_FORMAT')])
    expect(stderr).toContain('Rows of a table are no files that could lie in folders. Available: csv, json.')
    expect(graft('export', 'table', '--format', 'xml').stderr).toContain('Available: csv, json, folders')
    const packed = graft('export', 'digits', '--format', 'csv', '--link', '--out', at('out', 'digits'))
    expect([packed.status, packed.said?.['linked']]).toEqual([0, 0])
    expect(packed.stderr).toContain('note The pictures are packed in the workspace')
  })

  it('leaves nothing when it is interrupted', async () => {
    const child = spawn(
      process.execPath,
      command('export', 'digits', '--format', 'folders', '--out', at('out', 'half')),
      { env },
    )
    let said = ''
    child.stderr.on('data', (data) => {
      // Once: a second one would end the process at once.
      if (!said.includes('Writing') && String(data).includes('Writing')) child.kill('SIGINT')
      said += String(data)
    })
    const [code] = await once(child, 'exit')
    expect([code, said]).toEqual([130, expect.stringContaining('E_CANCELLED')])
    expect(readdirSync(at('out'))).toEqual(['digits'])
  })
})
