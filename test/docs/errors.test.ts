import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ImportProblem } from '../../src-main/contract/datasets.ts'
import { ERROR_CODES } from '../../src-main/contract/errors.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))

it('docs/errors.md lists every code with its exit code, why, and what to do', () => {
  const codes = rows.filter(([code]) => code?.startsWith('`E_'))
  expect(codes.map(([code, , , exit]) => [code?.replaceAll('`', ''), Number(exit)])).toEqual(Object.entries(ERROR_CODES))
  for (const [code, why = '', fix = ''] of codes) expect([code, why.length > 15, fix.length > 5]).toEqual([code, true, true])
})

it('docs/errors.md lists every problem of an import', () => {
  const codes = rows.filter(([code]) => !code?.startsWith('`E_')).map(([code]) => code?.replaceAll('`', ''))
  expect(codes).toEqual(ImportProblem.shape.code.options)
})
