import type { HeadFit } from '@contract/labelling.ts'
import { describe, expect, it } from 'vitest'
import {
  confidenceText,
  estimateHelp,
  estimateWords,
  headFacts,
  leftWords,
  moreForNarrow,
  secondsLeft,
} from '../../../../src-renderer/features/labelling/labelling-words.ts'

/** Numbers and units stand apart by a thin space. */
const plain = (text: string): string => text.replaceAll(/\s/g, ' ')
const head: HeadFit = {
  column: 'label',
  fit: 4,
  version: 9,
  labelled: 41,
  classes: 3,
  milliseconds: 120,
  isConverged: true,
  accuracy: 0.872,
  reliability: null,
}
const none = { drawn: 50, answered: 0, right: 0, accuracy: 0, low: 0, high: 1 }
/** Wilson's 95 % interval of 55 of 60, by hand: (0.9167 + 1.9207/60 ± 1.96 √(0.9167·0.0833/60 + 0.9604/3600)) / (1 + 3.8415/60). */
const most = { drawn: 100, answered: 60, right: 55, accuracy: 55 / 60, low: 0.819, high: 0.964 }

describe('what the bar says', () => {
  it('of a head', () => {
    expect(headFacts(head).map(plain)).toEqual([
      '3 classes',
      '41 labels',
      'fitted in 120 ms',
      '87 % of held-out labels right',
    ])
  })

  it('of a head with too few labels to hold some out', () => {
    expect(headFacts({ ...head, accuracy: null, labelled: 1 }).map(plain)).toEqual([
      '3 classes',
      '1 label',
      'fitted in 120 ms',
    ])
  })

  it('of confidence, without certainty', () => {
    expect(plain(confidenceText(0.934))).toBe('93 %')
    expect(plain(confidenceText(0.9999))).toBe('> 99 %')
    expect(plain(confidenceText(0.99))).toBe('99 %')
  })

  it('of what was left alone', () => {
    expect(leftWords(0)).toBeNull()
    expect(leftWords(1)).toBe('1 item was left as it is: it has a label by now.')
    expect(leftWords(3)).toBe('3 items were left as they are: they have a label by now.')
  })

  it('of the time left', () => {
    expect(secondsLeft(100, 400, 10)).toBe(30)
    expect(secondsLeft(0, 400, 10)).toBeNull()
    expect(secondsLeft(100, null, 10)).toBeNull()
  })
})

describe('the running estimate', () => {
  it('says its interval', () => {
    expect(plain(estimateWords(most))).toBe('Estimated accuracy 92 % (82–96 %), from 60 random items')
  })

  it('asks for labels before there is one', () => {
    expect(estimateWords(none)).toBe('50 items drawn at random: label them to estimate the accuracy')
  })

  // 1.96² · 0.9167 · 0.0833 / 0.05² = 117.4 in all; at a half of each 384.2.
  it('knows how many more make it narrow', () => {
    expect(moreForNarrow(most)).toBe(58)
    expect(moreForNarrow(none)).toBe(385)
    expect(moreForNarrow({ ...most, low: 0.88, high: 0.95 })).toBe(0)
  })

  it('says when to stop', () => {
    expect(estimateHelp(null)).toContain('At random')
    expect(estimateHelp(most)).toContain('About 58 more random items')
    expect(estimateHelp({ ...most, low: 0.88, high: 0.95 })).toContain('stop labelling and accept the rest')
  })
})
