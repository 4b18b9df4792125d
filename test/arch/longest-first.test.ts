import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { TestSpecification, Vitest } from 'vitest/node'
import { LongestFirst, SECONDS } from '../support/longest-first.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A file of a project, as far as its order asks for it. */
function file(project: string, isolate: boolean, name: string): TestSpecification {
  const config = { isolate, sequence: { groupOrder: 0 } }
  return {
    moduleId: join(ROOT, 'test', `${name}.test.ts`),
    project: { name: project, config, vitest: { config: { root: ROOT } } },
  } as unknown as TestSpecification
}

it('puts the long files first whatever their project, and keeps together those that share a process', async () => {
  const known = { cache: { getTestSpecificationResult: () => ({ duration: 1, failed: false }) } }
  const files = [
    file('fast', false, 'arch/imports'),
    file('fast', false, 'setup/start-electron'),
    file('slow', false, 'e2e/cli-use'),
    file('desktop', true, 'desktop/start'),
    file('native', true, 'numeric/domain-defaults'),
    file('slow', false, 'e2e/cases-window'),
    file('desktop', true, 'desktop/life'),
  ]
  const sorted = await new LongestFirst(known as unknown as Vitest).sort(files)
  expect(sorted.map(({ moduleId }) => moduleId.slice(join(ROOT, 'test').length + 1).replace('.test.ts', ''))).toEqual([
    'desktop/life',
    'numeric/domain-defaults',
    'desktop/start',
    'e2e/cases-window',
    'e2e/cli-use',
    'setup/start-electron',
    'arch/imports',
  ])
})

it('knows no file that is gone', () => {
  const gone = Object.keys(SECONDS).filter((name) => !existsSync(join(ROOT, 'test', `${name}.test.ts`)))
  expect(gone).toEqual([])
})
