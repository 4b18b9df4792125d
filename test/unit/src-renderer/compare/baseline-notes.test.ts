import type { DatasetStatistics } from '@contract/datasets.ts'
import { describe, expect, it } from 'vitest'
import { baselineNotes, isFromScratch } from '../../../../src-renderer/features/compare/baseline-notes.ts'
import { makeRun, score } from '../runs/make-run.ts'

const metric = 'test.accuracy'
const run = (id: string, name: string, value: number, isFresh = false) =>
  makeRun({
    id,
    name,
    metrics: { [metric]: score(value) },
    parameters: { total: 1000, trainable: 1000, frozen: 0, fresh: isFresh ? 1000 : 10 },
  })
const none = { apart: new Map(), planOf: (one: { name: string }) => one.name, statistics: null }
const words = (runs: ReturnType<typeof run>[], more: object = {}) =>
  baselineNotes(runs, metric, { ...none, ...more }).map(({ tone, text }) => `${tone}: ${text}`)

const classes = [
  { name: 'cat', total: 70, train: 50, validation: 10, test: 10 },
  { name: 'dog', total: 60, train: 30, validation: 10, test: 20 },
]
const statistics = {
  columns: [{ name: 'kind', classes, unlabelled: 0, histogram: [] }],
} as unknown as DatasetStatistics

describe('baselines of drawn runs', () => {
  it('know a run from fresh weights', () => {
    expect([isFromScratch(run('a', 'a', 1, true)), isFromScratch(run('a', 'a', 1))]).toEqual([true, false])
  })

  it('ask for one where there is none, and say nothing where nothing is transferred', () => {
    expect(words([run('a', 'tuned', 0.9)])).toEqual([
      'neutral: No run from fresh weights among these: whether transfer helps, or hurts, they do not show.',
    ])
    expect(words([run('a', 'plain', 0.9, true)])).toEqual([])
  })

  it('warn where transfer hurts beyond two standard errors', () => {
    const scratch = [run('a', 'scratch', 0.9, true), run('b', 'scratch', 0.92, true)]
    const worse = [run('c', 'tuned', 0.8), run('d', 'tuned', 0.82)]
    expect(words([...scratch, ...worse])).toEqual([
      'warn: Transfer hurts: “tuned” is 10.0 points behind fresh weights (“scratch”).',
    ])
    expect(words([...scratch, run('c', 'tuned', 0.95), run('d', 'tuned', 0.7)])).toEqual([])
    expect(words([...scratch, run('c', 'tuned', 0.95), run('d', 'tuned', 0.96)])).toEqual([])
  })

  it('call one seed what it is', () => {
    expect(words([run('a', 'scratch', 0.9, true), run('c', 'tuned', 0.8)])[0]).toMatch(
      /^warn: “tuned” is 10\.0 points behind .* with one seed: transfer may hurt/,
    )
  })

  it('name the most common class, and what is no better', () => {
    const scratch = run('a', 'scratch', 0.6, true)
    // The most common class of the train split is cat: a third of the test split.
    expect(words([scratch], { statistics })).toEqual([
      'neutral: Always answering “cat”, the most common class, reaches 33.3 %.',
    ])
    expect(words([scratch, run('b', 'bad', 0.3, true)], { statistics })).toEqual([
      'warn: Always answering “cat”, the most common class, reaches 33.3 %: “bad” is no better.',
    ])
  })

  it('leave out runs on other data', () => {
    expect(words([run('a', 'tuned', 0.9)], { apart: new Map([['a', 'other data']]) })).toEqual([])
  })
})
