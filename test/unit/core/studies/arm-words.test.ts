import { describe, expect, it } from 'vitest'
import {
  amountText,
  armSentence,
  baselineWords,
  inSentence,
  studySentences,
  valueText,
  type WordsContext,
} from '../../../../src-main/core/studies/arm-words.ts'
import { armResult, comparison, plannedArm } from '../../../support/study-rows.ts'

const metric = 'test.accuracy'
const ARMS = [plannedArm('Fine-tuning'), plannedArm('DANN', null, { strategy: 'dann' })]
const values = [1, 2, 3].map((seed) => ({ seed, value: 0.9 }))
const LEADER = armResult(0, 'Fine-tuning', { mean: 0.934, values })

describe('figures', () => {
  it('are shares in percent, others with three digits', () => {
    expect([valueText(metric, 0.9336), valueText(metric, 0)]).toEqual(['93.4 %', '0.0 %'])
    expect([valueText('test.loss', 0.41234), valueText('test.mae', 1234.5)]).toEqual(['0.412', '1230'])
  })

  it('have differences without a sign, with the half width where there is one', () => {
    expect(amountText(metric, -0.0314, 0.0079)).toBe('3.1 ± 0.8 points')
    expect(amountText(metric, 0.0314, null)).toBe('3.1 points')
    expect(amountText('test.loss', -0.0314, 0.00789)).toBe('0.031 ± 0.0079')
    expect(amountText('test.mae', 12.34, null)).toBe('12')
  })
})

describe('a label within a sentence', () => {
  it('begins small, unless it is a name or an abbreviation', () => {
    const labels = ['Fine-tuning', 'Frozen up to Block 2', 'DANN', 'L2-SP', 'X-Net', 'adapters', '']
    expect(labels.map(inSentence)).toEqual([
      'fine-tuning',
      'frozen up to Block 2',
      'DANN',
      'L2-SP',
      'X-Net',
      'adapters',
      '',
    ])
  })
})

describe('the sentence of the leader', () => {
  const sentence = (next: Parameters<typeof comparison>[2] & { difference?: number }, label = 'Linear probe') => {
    const other = armResult(1, label, { mean: 0.9, againstLeader: comparison(0, -0.031, { half: 0.008, ...next }) })
    return armSentence(LEADER, { metric, arms: ARMS, rows: [LEADER, other] })
  }

  it('has its value where there is no other', () => {
    const alone: WordsContext = { metric, arms: ARMS, rows: [LEADER] }
    expect(armSentence(LEADER, alone)).toBe('Fine-tuning: 93.4 % over 3 seeds.')
    const one = { ...LEADER, values: values.slice(1) }
    expect(armSentence({ ...one, values: values.slice(2) }, alone)).toBe('Fine-tuning: 93.4 % over 1 seed.')
    expect(armSentence(one, alone)).toBe('Fine-tuning: 93.4 % over 2 seeds.')
    const apart = armResult(1, 'Linear probe', { mean: 0.9 })
    expect(armSentence(LEADER, { ...alone, rows: [LEADER, apart] })).toBe('Fine-tuning: 93.4 % over 3 seeds.')
  })

  it('says whether it is proven', () => {
    expect(sentence({ verdict: 'worse' })).toBe('Fine-tuning beats linear probe by 3.1 ± 0.8 points over 3 seeds.')
    expect(sentence({ verdict: 'unclear' })).toBe(
      'Fine-tuning leads linear probe by 3.1 ± 0.8 points over 3 seeds, which may be chance.',
    )
    expect(sentence({ difference: 0 })).toBe(
      'Fine-tuning leads linear probe by 0.0 ± 0.8 points over 3 seeds, which may be chance.',
    )
  })

  it('calls one seed no proof', () => {
    expect(sentence({ seeds: 1, half: null })).toBe(
      'Fine-tuning is 3.1 points ahead of linear probe with 1 seed: not a proof.',
    )
  })

  it('says when the next is ahead in pairs', () => {
    expect(sentence({ difference: 0.01 })).toBe(
      'Fine-tuning leads over the seeds that all arms have; in pairs linear probe is 1.0 ± 0.8 points ahead, so nothing is decided.',
    )
  })
})

describe('the sentence of another arm', () => {
  const arms = [
    plannedArm('Fine-tuning'),
    plannedArm('Adapters'),
    plannedArm('From scratch', 'from-scratch'),
    plannedArm('Linear probe', 'linear-probe'),
    plannedArm('Source only', 'source-only'),
  ]
  const sentence = (more: Parameters<typeof armResult>[2], leader = LEADER) => {
    const row = armResult(1, 'Adapters', { mean: 0.9, ...more })
    return armSentence(row, { metric, arms, rows: [row, leader] })
  }
  const behind = (more: Parameters<typeof comparison>[2] = {}) => comparison(0, -0.02, more)

  it('is the reason where it has no rank, and none where it has no value', () => {
    expect(sentence({ rank: null, notComparable: 'Other data.' })).toBe('Other data.')
    expect(sentence({ rank: null, mean: null })).toBeNull()
    expect(sentence({ rank: 1, mean: null })).toBeNull()
    expect(sentence({})).toBeNull()
  })

  it('holds it against the leader', () => {
    expect(sentence({ againstLeader: behind({ verdict: 'worse' }) })).toBe(
      'Adapters trails fine-tuning by 2.0 ± 1.0 points over 3 seeds.',
    )
    expect(sentence({ againstLeader: behind() })).toBe(
      'Adapters is within chance of fine-tuning (2.0 ± 1.0 points behind over 3 seeds).',
    )
    expect(sentence({ againstLeader: behind({ seeds: 1, half: null }) })).toBe(
      'Adapters is 2.0 points behind fine-tuning with 1 seed: not a proof.',
    )
    expect(sentence({ againstLeader: comparison(0, 0.02) })).toBe(
      'Adapters is 2.0 ± 1.0 points ahead of fine-tuning in pairs, but not over the seeds that all arms have.',
    )
    expect(sentence({ againstLeader: comparison(0, 0) })).toBe(
      'Adapters is within chance of fine-tuning (0.0 ± 1.0 points behind over 3 seeds).',
    )
  })

  it('has no leader to be held against among rows of which none leads', () => {
    const row = armResult(1, 'Adapters', { mean: 0.9, againstLeader: behind() })
    expect(armSentence(row, { metric, arms, rows: [row] })).toBeNull()
  })

  it('holds it against the baseline that matters most: the source, fresh weights, the probe', () => {
    const better = (arm: number) => comparison(arm, 0.1, { verdict: 'better' })
    const all = [better(3), better(2), better(4)]
    expect(sentence({ againstBaselines: all })).toBe('Adapters beats source only by 10.0 ± 1.0 points.')
    expect(sentence({ againstBaselines: all.slice(0, 2) })).toBe('Adapters beats from scratch by 10.0 ± 1.0 points.')
    expect(sentence({ againstBaselines: all.slice(0, 1) })).toBe('Adapters beats linear probe by 10.0 ± 1.0 points.')
    expect(sentence({ againstLeader: behind(), againstBaselines: all })).toBe(
      'Adapters is within chance of fine-tuning (2.0 ± 1.0 points behind over 3 seeds), and beats source only by 10.0 ± 1.0 points.',
    )
  })

  it('does not hold it twice against a baseline that leads', () => {
    const scratch = armResult(2, 'From scratch', { rank: 1, mean: 0.95 })
    const againstBaselines = [comparison(2, -0.1), comparison(3, 0.1, { verdict: 'better' })]
    expect(sentence({ againstBaselines }, scratch)).toBe('Adapters beats linear probe by 10.0 ± 1.0 points.')
    expect(sentence({ againstBaselines: againstBaselines.slice(0, 1) }, scratch)).toBeNull()
  })

  it('holds no baseline but the probe against another', () => {
    const againstBaselines = [comparison(2, 0.1, { verdict: 'better' })]
    expect(sentence({ baseline: 'from-scratch', againstBaselines })).toBeNull()
    expect(sentence({ baseline: 'source-only', againstBaselines })).toBeNull()
    expect(sentence({ baseline: 'linear-probe', againstBaselines })).toBe(
      'Adapters beats from scratch by 10.0 ± 1.0 points.',
    )
  })
})

describe('words on a baseline', () => {
  const words = (difference: number, more: Parameters<typeof comparison>[2] = {}) =>
    baselineWords(comparison(0, difference, more), { metric, arms: ARMS })

  it('say better, worse beyond the interval, or neither with the difference', () => {
    expect(words(0.05, { verdict: 'better' })).toBe('beats fine-tuning by 5.0 ± 1.0 points')
    expect(words(-0.05)).toBe('is worse than fine-tuning by 5.0 ± 1.0 points')
    expect(words(-0.01)).toBe('is not better than fine-tuning (−1.0 ± 1.0 points)')
    expect(words(-0.05, { half: null })).toBe('is not better than fine-tuning (−5.0 points)')
    expect(words(0.005)).toBe('is not better than fine-tuning (+0.5 ± 1.0 points)')
  })

  it('give no sign to a difference that is read as nothing', () => {
    expect(words(-0.0001)).toBe('is not better than fine-tuning (0.0 ± 1.0 points)')
    expect(words(0)).toBe('is not better than fine-tuning (0.0 ± 1.0 points)')
  })

  it('do without a label where the arm is unknown', () => {
    expect(baselineWords(comparison(9, 0.05, { verdict: 'better' }), { metric, arms: ARMS })).toMatch(
      /^beats the baseline/,
    )
  })
})

describe('the sentences of a study', () => {
  const arms = [
    plannedArm('Fine-tuning'),
    plannedArm('From scratch', 'from-scratch'),
    plannedArm('DANN', null, { strategy: 'dann' }),
    plannedArm('Source only', 'source-only'),
    plannedArm('ADDA', null, { strategy: 'adda' }),
  ]
  const sentences = (rows: ReturnType<typeof armResult>[], majority: { value: number; words: string } | null = null) =>
    studySentences({ metric, arms, rows }, majority)
  const first = 'Fine-tuning: 93.4 % over 3 seeds.'

  it('are none before there is a leader', () => {
    expect(sentences([])).toEqual([])
    expect(sentences([armResult(0, 'Fine-tuning', { rank: null, isTrivial: true })], { value: 1, words: 'x' })).toEqual(
      [],
    )
  })

  it('begin with the leader, and say where transfer hurts', () => {
    const againstBaselines = [comparison(3, 0.2), comparison(1, -0.1)]
    const hurt = armResult(2, 'DANN', { rank: 3, mean: 0.1, hurts: true, againstBaselines })
    expect(sentences([LEADER, hurt, { ...hurt, hurts: false, againstBaselines: [] }])).toEqual([
      first,
      'Transfer hurts: DANN is 10.0 ± 1.0 points worse than fresh weights.',
      'DANN is not better than source only (+20.0 ± 1.0 points).',
    ])
  })

  it('hold what adapts against the source alone, from two seeds on', () => {
    const row = (arm: number, more: Parameters<typeof comparison>[2] = {}) =>
      armResult(arm, arms[arm]!.label, {
        rank: arm + 2,
        mean: 0.1,
        baseline: arms[arm]!.baseline,
        againstBaselines: [comparison(1, 0.3), comparison(3, 0.2, { verdict: 'better', ...more })],
      })
    expect(sentences([LEADER, row(2), row(4)])).toEqual([
      first,
      'DANN beats source only by 20.0 ± 1.0 points.',
      'ADDA beats source only by 20.0 ± 1.0 points.',
    ])
    expect(sentences([LEADER, row(2, { seeds: 1 }), row(4, { seeds: 2 })])).toEqual([
      first,
      'ADDA beats source only by 20.0 ± 1.0 points.',
    ])
    // Neither a baseline nor what does not adapt.
    expect(sentences([LEADER, row(1), { ...row(0), rank: 3 }, { ...row(2), baseline: 'source-only' }])).toEqual([first])
  })

  it('name what is no better than one answer for everything', () => {
    const rows = [LEADER, armResult(1, 'From scratch', { isTrivial: true }), armResult(2, 'DANN', { isTrivial: true })]
    const majority = { value: 0.25, words: 'always answering “cat”' }
    expect(sentences(rows, majority)).toEqual([
      first,
      'No better than always answering “cat” (25.0 %): from scratch, DANN.',
    ])
    expect(sentences(rows, null)).toEqual([first])
    expect(sentences([LEADER], majority)).toEqual([first])
  })

  it('end with what is left out', () => {
    const apart = armResult(1, 'From scratch', { rank: null, notComparable: 'Other data.' })
    expect(sentences([LEADER, apart])).toEqual([first, 'From scratch is left out. Other data.'])
  })
})
