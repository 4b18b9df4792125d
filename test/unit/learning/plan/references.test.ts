import { describe, expect, it } from 'vitest'
import { referencesOf } from '../../../../src-main/learning/plan/references.ts'

describe('what a strategy names', () => {
  it('several models, each once', () => {
    const strategy = { type: 'distillation', teachers: ['run:a', 'run:b', 'run:a'], temperature: 4 }
    expect(referencesOf({ strategy })).toEqual({
      models: [
        { ref: 'run:a', path: 'strategy.teachers' },
        { ref: 'run:b', path: 'strategy.teachers' },
      ],
      datasets: [],
    })
  })

  it('one model', () => {
    expect(referencesOf({ strategy: { type: 'born-again-networks', teacher: 'run:a', method: 'soft' } })).toEqual({
      models: [{ ref: 'run:a', path: 'strategy.teacher' }],
      datasets: [],
    })
  })

  it('a dataset', () => {
    expect(referencesOf({ strategy: { type: 'dann', target: 'sketches' } })).toEqual({
      models: [],
      datasets: [{ name: 'sketches', path: 'strategy.target' }],
    })
  })

  it('nothing: not chosen yet, of another type, or a strategy that there is not', () => {
    const nothing = { models: [], datasets: [] }
    expect(referencesOf({ strategy: { type: 'born-again-networks', teacher: null } })).toEqual(nothing)
    expect(referencesOf({ strategy: { type: 'born-again-networks', teacher: '' } })).toEqual(nothing)
    expect(referencesOf({ strategy: { type: 'distillation', teachers: [7, ''] } })).toEqual(nothing)
    expect(referencesOf({ strategy: { type: 'distillation' } })).toEqual(nothing)
    expect(referencesOf({ strategy: { type: 'fine-tuning', rateRule: 'decay' } })).toEqual(nothing)
    expect(referencesOf({ strategy: { type: 'gone', teacher: 'run:a' } })).toEqual(nothing)
  })
})
