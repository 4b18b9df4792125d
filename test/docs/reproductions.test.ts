import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pageOf } from '../reproduce/support/page.ts'
import { claimNames, readClaim, readClaims } from '../reproduce/support/record.ts'

const PAGE = fileURLToPath(new URL('../../docs/reproductions.md', import.meta.url))

const names = claimNames()

describe('reproductions', () => {
  it.each(names)('%s was run whole, within half an hour', (name) => {
    const claim = readClaim(name)
    expect(claim?.report, 'run it: npm run reproduce').toBeTruthy()
    const seconds = Object.values(claim!.parts).reduce((sum, part) => sum + part.seconds, 0)
    expect(seconds).toBeLessThan(30 * 60)
  })

  it('the page says what the records say, and no more', () => {
    const claims = readClaims()
    expect(claims.map(({ name }) => name).sort()).toEqual([...names].sort())
    expect(readFileSync(PAGE, 'utf8')).toBe(pageOf(claims))
  })
})
