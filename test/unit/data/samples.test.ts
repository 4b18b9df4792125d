import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ImportOptions } from '../../../src-main/contract/datasets.ts'
import { splitItems } from '../../../src-main/data/split.ts'
import { importHere } from '../../support/import-here.ts'

const RESOURCES = fileURLToPath(new URL('../../../resources/', import.meta.url))
const INDEX = JSON.parse(readFileSync(join(RESOURCES, 'samples/index.json'), 'utf8')) as {
  id: string
  title: string
  description: string
  source: string
  items: number
  options: ImportOptions
}[]

let root: string
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'graft-samples-'))))
afterAll(() => rmSync(root, { recursive: true }))

describe('samples', () => {
  it.each(INDEX)('$id imports as it says, without a problem', async ({ id, source, items, options }) => {
    const result = await importHere(join(RESOURCES, 'samples', source), join(root, id), ImportOptions.parse(options))
    expect(result.items).toHaveLength(items)
    expect(result.problems).toEqual([])
    expect(result.schema.labelColumns[0]?.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  })

  it('digits has 4,000 to learn from and 1,000 to test with, 10 classes alike', async () => {
    const digits = INDEX.find((sample) => sample.id === 'digits')
    if (digits === undefined) throw new Error('no digits')
    const { items } = await importHere(join(RESOURCES, 'samples', digits.source), join(root, 'again'), digits.options)
    const label = (item: (typeof items)[number]) => String(item.labels.label)
    const { train = 0, validation = 0, test = 0, seed = 0 } = digits.options.split ?? {}
    const splits = splitItems(
      items.map((item) => ({ label: label(item), contentHash: item.contentHash, given: item.split })),
      { train, validation, test, seed },
    )
    const counts = { train: 0, validation: 0, test: 0 }
    for (const split of splits) counts[split]++
    expect(counts).toEqual({ train: 3600, validation: 400, test: 1000 })
    const tested = items.filter((_, i) => splits[i] === 'test').map(label)
    expect(tested.filter((name) => name === '7')).toHaveLength(100)
  })

  it('are in the list of licences', () => {
    const licences = readFileSync(join(RESOURCES, 'LICENSES.md'), 'utf8')
    for (const { source } of INDEX) expect(licences).toContain(`samples/${source.split('/')[0]}/`)
  })
})
