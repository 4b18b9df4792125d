import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { runChecks } from '../../build/commands/checks.mjs'
import { projectRoot } from '../../build/setup/context.mjs'
import { machine, temporaryFolder } from './support.ts'

/** A check that passes only while the other one runs. */
function meeting(
  folder: string,
  own: string,
  other: string,
  last: string,
): { name: string; script: string; args: string[] } {
  const script = join(folder, `${own}.mjs`)
  writeFileSync(
    script,
    `import { existsSync, writeFileSync } from 'node:fs'
     const at = (name) => ${JSON.stringify(folder)} + '/' + name + '.here'
     writeFileSync(at('${own}'), '')
     const until = Date.now() + 10_000
     while (!existsSync(at('${other}')) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
     if (!existsSync(at('${other}'))) throw new Error('nobody came')
     ${last}`,
  )
  return { name: own, script: relative(projectRoot, script), args: [] }
}

test('checks run side by side; each one that fails is named, with all that it said', async () => {
  const folder = temporaryFolder()
  const context = machine({ root: projectRoot, env: process.env })
  const fine = meeting(folder, 'left', 'right', `console.log('nothing to say')`)
  const faulty = meeting(folder, 'right', 'left', `console.log('line 3 is wrong'); process.exit(2)`)
  expect(await runChecks(context, [fine, faulty])).toBe(false)
  const said = context.said.join('')
  expect(said).toMatch(/^Checking left, right \.\.\.\n/)
  expect(said).toMatch(/Checking right: FAILED\nline 3 is wrong\n/)
  expect(said).not.toContain('left: FAILED')
  expect(await runChecks(context, [])).toBe(true)
})
