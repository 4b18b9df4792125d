import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { strategies } from '../../src-main/learning/strategies/index.ts'
import { claimNames } from '../reproduce/support/record.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/strategies.md', import.meta.url)), 'utf8')
const claims = claimNames()
const PARTS = ['What', 'When', 'Inputs', 'Defaults', 'Traps', 'Exhibits', 'Reproduction']

/** The text under a heading, up to the next of the same level. */
function sectionOf(heading: string): string {
  const start = page.indexOf(`\n## ${heading}\n`)
  if (start === -1) return ''
  const end = page.indexOf('\n## ', start + 1)
  return page.slice(start, end === -1 ? undefined : end)
}

describe.each(strategies.map((row) => [row.label, row] as const))('docs/strategies.md: %s', (label, row) => {
  const section = sectionOf(label)

  test('has its section, with its type', () => {
    expect(section).toContain(`\`type: ${row.type}\``)
  })

  test.each(PARTS)('says under "%s"', (part) => {
    expect(section).toMatch(new RegExp(`\\b${part}\\b`))
  })

  test('the sentence behind the ? is one', () => {
    expect(row.help.endsWith('.')).toBe(true)
    expect(row.help.length).toBeGreaterThan(40)
    expect(row.help.length).toBeLessThan(260)
  })

  test('begins with that sentence', () => {
    expect(section.replaceAll(/\n> /g, ' ')).toContain(`\`type: ${row.type}\`\n ${row.help}\n`)
  })

  test('says what its reproduction reached, or why there is none', () => {
    const [, told = ''] = section.split(/\*\*Reproduction\.\*\*/)
    const names = [...told.matchAll(/`(?:npm run reproduce -- )?([a-z][a-z-]+)`/g)].map(([, name]) => name!)
    if (/^\s*None of its own: .{20}/.test(told)) return
    expect(names.filter((name) => claims.includes(name))).not.toEqual([])
    expect(told).toMatch(/\d (%|points|times)/)
  })
})

test('no section is of a strategy that is not there', () => {
  const named = [...page.matchAll(/`type: ([a-z-]+)`/g)].map(([, type]) => type!)
  expect(named.toSorted()).toEqual(strategies.map(({ type }) => type).toSorted())
})
