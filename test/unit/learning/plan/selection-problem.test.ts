import { describe, expect, it } from 'vitest'
import { selectionProblem } from '../../../../src-main/learning/plan/selection-problem.ts'

const unpattern = { title: 'Remove the pattern', patch: { 'freeze.pattern': null } }

describe('patterns', () => {
  it('a wrong one is told with its place, counted from 1', () => {
    const problem = { kind: 'pattern', message: 'This bracket is never closed.', position: 3 } as const
    expect(selectionProblem('freeze', {}, problem)).toEqual({
      level: 'block',
      code: 'pattern',
      message: '`freeze.pattern`: This bracket is never closed. At character 4.',
      fix: unpattern,
    })
    expect(selectionProblem('freeze', {}, { ...problem, position: null }).message).toBe(
      '`freeze.pattern`: This bracket is never closed.',
    )
  })

  it('nothing matched blocks, everything matched is worth a look', () => {
    expect(selectionProblem('freeze', {}, { kind: 'no-match', pattern: 'x' })).toEqual({
      level: 'block',
      code: 'pattern-matches-nothing',
      message: '`freeze`: no layer or block matches "x".',
      fix: unpattern,
    })
    expect(selectionProblem('train', {}, { kind: 'all-match', pattern: '.' })).toEqual({
      level: 'warn',
      code: 'pattern-matches-all',
      message: '`train`: every layer matches ".".',
      fix: null,
    })
  })
})

describe('names that nothing has', () => {
  const unknown = { kind: 'unknown' as const, name: 'blok3', suggestions: ['block3', 'block2'] }

  it('are told with the nearest ones, and mended with the first', () => {
    const problem = { ...unknown, key: 'upTo' as const }
    expect(selectionProblem('freeze', { upTo: 'blok3' }, problem)).toEqual({
      level: 'block',
      code: 'unknown-layer',
      message: '`freeze.upTo`: the network has no layer or block "blok3". Nearest: block3, block2.',
      fix: { title: 'Use block3', patch: { 'freeze.upTo': 'block3' } },
    })
  })

  it('are mended within their list', () => {
    const problem = { ...unknown, key: 'except' as const }
    expect(selectionProblem('reuse', { except: ['stem', 'blok3', 'top'] }, problem).fix?.patch).toEqual({
      'reuse.except': ['stem', 'block3', 'top'],
    })
  })

  it('have no fix where nothing is near', () => {
    const problem = { ...unknown, key: 'from' as const, suggestions: [] }
    expect(selectionProblem('train', { from: 'blok3' }, problem)).toEqual({
      level: 'block',
      code: 'unknown-layer',
      message: '`train.from`: the network has no layer or block "blok3".',
      fix: null,
    })
  })
})
