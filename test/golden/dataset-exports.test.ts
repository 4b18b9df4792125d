import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { exportTo, importAs, importingWorkbench, picture, writeIn } from '../support/dataset-exports.ts'
import { golden } from '../support/golden.ts'
import type { TestWorkbench } from '../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = await importingWorkbench()
})
afterEach(() => test.close())

const at = (...parts: string[]): string => join(test.folder, ...parts)

it.each(['csv', 'json', 'folders'] as const)('pictures as %s', async (format) => {
  for (let i = 0; i < 6; i++) writeIn(test, `photos/${i % 2 ? 'bee' : 'ant'}/${i}.png`, picture(i))
  const { id } = await importAs(test, 'photos', at('photos'))
  await test.call('datasets.label', { datasetId: id, column: 'label', itemIds: [1], value: 'a "b", c/d' })
  await test.call('datasets.label', { datasetId: id, column: 'label', itemIds: [2], value: null })
  expect((await exportTo(test, id, at('out'), { format })).error).toBeNull()
  await golden(`pictures as ${format}`, contentOf(at('out')))
})

it.each(['csv', 'json'] as const)('a table as %s', async (format) => {
  const rows = Array.from({ length: 6 }, (_, i) => `${i / 3},${i === 2 ? '' : 'red'},${i % 2 ? 'bee' : 'ant'}`)
  const { id } = await importAs(test, 'table', writeIn(test, 'table.csv', ['x,colour,kind', ...rows].join('\n')))
  expect((await exportTo(test, id, at('out'), { format })).error).toBeNull()
  await golden(`a table as ${format}`, contentOf(at('out')))
})

/** Names of all files, and the texts. */
function contentOf(folder: string) {
  const names = (readdirSync(folder, { recursive: true }) as string[]).map((name) => name.replaceAll('\\', '/')).sort()
  const texts = names.filter((name) => /\.(csv|json)$/.test(name))
  return {
    names,
    ...Object.fromEntries(texts.map((name) => [name, readFileSync(join(folder, name), 'utf8').split('\n')])),
  }
}
