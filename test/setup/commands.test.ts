import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../../build/setup/context.mjs'
import { temporaryFolder } from './support.ts'

function node(args: string[], env: Record<string, string> = {}): { code: number | null; out: string; err: string } {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } })
  return { code: result.status, out: result.stdout, err: result.stderr }
}

test('a Node that is too old hears so in one sentence', () => {
  const pretend = join(temporaryFolder(), 'old.cjs')
  writeFileSync(pretend, `Object.defineProperty(process.versions, 'node', { value: '18.19.0' })`)
  const result = node(['--require', pretend, join(projectRoot, 'build/run.mjs'), 'start'])
  expect(result).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^This is Node 18\.19\.0, and Graft needs Node 20.*\n$/),
  })
})

test('a problem is one sentence and exit code 1; GRAFT_DEBUG=1 adds the stack', () => {
  const script = join(temporaryFolder(), 'fails.mjs')
  writeFileSync(
    script,
    `import { runCommand, SetupProblem } from ${JSON.stringify(join(projectRoot, 'build/setup/problem.mjs'))}
     await runCommand(async () => { throw process.argv[2] ? Object.assign(new Error('x'), { code: process.argv[2] }) : new SetupProblem('Do this.') })`,
  )
  expect(node([script], { GRAFT_DEBUG: '' })).toEqual({ code: 1, out: '', err: '\nDo this.\n' })
  expect(node([script], { GRAFT_DEBUG: '1' }).err).toMatch(/SetupProblem: Do this\.\n\s+at /)
  expect(node([script, 'ENOSPC'], { GRAFT_DEBUG: '' }).err).toMatch(/^\nThe disk is full: free about 2 GB/)
})

test('a script that does not exist is answered with those that do', () => {
  const result = node([join(projectRoot, 'build/run.mjs'), 'bench', 'no-such'])
  expect(result.code).toBe(1)
  expect(result.err).toMatch(/Say which: npm run bench -- NAME/)
})
