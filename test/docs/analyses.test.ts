import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { catalog } from '../../src-main/learning/catalog.ts'

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const sections = read('analyses.md').split(/^## /m)

it.each(catalog().analyses.map(({ type, label }) => [type, label]))('%s has a section', (type, label) => {
  const section = sections.find((text) => text.includes(`\`type: ${type}\``))
  expect(section?.split('\n')[0]).toBe(label)
  for (const part of ['What', 'When', 'Inputs', 'Traps']) expect(section).toContain(`**${part}.**`)
})
