import { describe, expect, it } from 'vitest'
import { withDistinctPaths } from '../../../src-main/data/scan-several.ts'

describe('withDistinctPaths', () => {
  const distinct = (...paths: string[]) =>
    withDistinctPaths(paths.map((path) => ({ path, absolute: path }))).map(({ path }) => path)

  it('numbers in order, never over a path that is there', () => {
    expect(distinct('a.png', 'a.png', 'a (2).png', 'a.png')).toEqual(['a.png', 'a (3).png', 'a (2).png', 'a (4).png'])
    expect(distinct('x', 'x', 'd.1/x', 'd.1/x', '.rc', '.rc')).toEqual([
      'x',
      'x (2)',
      'd.1/x',
      'd.1/x (2)',
      '.rc',
      '.rc (2)',
    ])
  })
})
