import { describe, expect, it } from 'vitest'
import type { Opinion } from '../../../../src-main/contract/opinions.ts'
import {
  kappaText,
  kappaWords,
  opinionNotes,
  shareText,
} from '../../../../src-renderer/features/opinions/opinion-words.ts'

const kappa = (value: number, low = value, high = value) => ({ kappa: value, standardError: 0, low, high })

describe('kappa in words', () => {
  it('has two digits and its interval, and no minus before a zero', () => {
    expect(kappaText(kappa(0.8234, 0.7, 1))).toBe('0.82 (0.70 to 1.00)')
    expect(kappaText(kappa(-0.0001, -0.25, 0.2))).toBe('0.00 (−0.25 to 0.20)')
    expect(kappaText(null)).toBe('not defined')
  })

  it('is named by the ranges of Landis and Koch, whose upper ends belong to them', () => {
    const named = [-0.2, 0, 0.1, 0.2, 0.21, 0.4, 0.6, 0.8, 0.81, 1].map((value) => kappaWords(kappa(value)))
    expect(named).toEqual(['less than chance', 'no more than chance', 'slight', 'slight', 'fair', 'fair', 'moderate', 'substantial', 'almost perfect', 'almost perfect']) // prettier-ignore
  })

  it('stands beside the share with its interval', () => {
    expect(shareText({ share: 0.833, low: 0.664, high: 0.927 })).toBe('83.3 % (66.4 to 92.7 %)')
  })
})

describe('notes of a pass', () => {
  const opinion: Opinion = {
    id: 'o',
    datasetId: 'd',
    name: 'Ada',
    column: 'label',
    version: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-02T00:00:00.000Z',
    drawn: 10,
    answered: 10,
    pool: 20,
    seed: 1,
    changedSince: 0,
    lost: 0,
    isColumnGone: false,
  }

  it('are none where all is as it was', () => {
    expect(opinionNotes(opinion)).toEqual([])
    expect(opinionNotes({ ...opinion, finishedAt: null, answered: 3 })).toEqual([])
  })

  it('tell what is left out, and what has changed', () => {
    const notes = opinionNotes({ ...opinion, answered: 8, lost: 1, changedSince: 2 })
    expect(notes).toHaveLength(3)
    expect(notes[0]).toMatch(/^1 item has a label whose class is gone/)
    expect(notes[1]).toMatch(/^2 drawn items have no second label/)
    expect(notes[2]).toMatch(/^2 items have another label now/)
    expect(opinionNotes({ ...opinion, isColumnGone: true, lost: 10, changedSince: 10 })).toHaveLength(1)
  })
})
