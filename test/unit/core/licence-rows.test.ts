import { expect, it } from 'vitest'
import { licenceRows } from '../../../src-main/core/system/system-service.ts'

it('reads the licence column of a Markdown table as plain text', () => {
  const table = [
    '# What ships',
    '',
    '| what | files | licence | from |',
    '|---|:---:|---|---|',
    '| Digits | `samples/digits/` | [CC BY-SA 3.0](https://creativecommons.org/licenses/by-sa/3.0/) | Yann |',
    '| `classes.json` | x | facts | ImageNet |',
    '| nothing | x | | |',
  ]
  expect(licenceRows(table.join('\n'))).toEqual([
    { name: 'Digits', licence: 'CC BY-SA 3.0', sha256: null },
    { name: 'classes.json', licence: 'facts', sha256: null },
  ])
})
