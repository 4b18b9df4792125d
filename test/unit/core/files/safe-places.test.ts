import fc from 'fast-check'
import { expect, it } from 'vitest'
import { whyNotOnWindows } from '../../../../src-main/base/disk/windows-name.ts'
import { createSafePlaces, safeName } from '../../../../src-main/core/files/safe-places.ts'
import { slug } from '../../../../src-main/core/files/slug.ts'

it.each([
  ['cat.jpg', 'cat.jpg'],
  ['nul.txt', '_nul.txt'],
  ['CON', '_CON'],
  ['conin$', '_conin$'],
  ['a.', 'a_'],
  ['a ', 'a_'],
  ['.hidden', '_hidden'],
  ['what: a "cat"?', 'what_ a _cat__'],
  ['a\\b', 'a_b'],
  [`${'a'.repeat(199)}.${'b'.repeat(20)}`, `${'a'.repeat(199)}_`],
])('%j becomes %j', (text, name) => expect(safeName(text)).toBe(name))

it('whatever a class, a run or a picture is called, Windows can keep the names that are made of it', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('con', 'Aux', 'nul.tar.gz', 'com1 .x', '...', ' ', 'LPT¹', '𝒜'.repeat(40)),
  )
  fc.assert(
    fc.property(text, (given) => {
      for (const name of [safeName(given), slug(given)]) {
        expect(whyNotOnWindows(name), name).toBeNull()
        expect(name).toMatch(/^[^/\\]+$/)
        expect(name.isWellFormed()).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})

it('names that differ by case only, or by their Unicode form, do not take each other’s place', () => {
  const places = createSafePlaces()
  expect(['Cat', 'cat', 'CAT'].map((name) => places.folder(name))).toEqual(['Cat', 'cat (2)', 'CAT (3)'])
  expect(['a/é.png', 'A/e\u0301.png'].map((path) => places.file(path))).toEqual(['a/é.png', 'a/é (2).png'])
})
