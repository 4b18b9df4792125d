import { describe, expect, it } from 'vitest'
import type { ModelScores } from '../../../../src-main/learning/analyses/transferability/transferability-report.ts'
import { describeScores } from '../../../../src-main/learning/analyses/transferability/transferability-report.ts'

const sample = { head: 'kind', rows: [0, 1, 2, 3], labels: [0, 0, 1, 1], classes: 2, leftOut: [] }

function scores(title: string, logMe: number, accuracy: number, hasSeenDataset = false): ModelScores {
  const probe = { accuracy, error: 0.02 } as ModelScores['probe']
  return { ref: title, title, hasSeenDataset, logMe, hScore: 1, nce: null, leep: null, probe, features: 8, seconds: 1 }
}

const told = (...all: ModelScores[]) => describeScores(all, sample, 'own').finding

describe('the ranking in words', () => {
  it('names the first by LogME, and another one where its probe is better', () => {
    expect(told(scores('a', 0.2, 0.9), scores('b', 0.1, 0.8)).words).toMatch(
      /^On 4 labelled samples of 2 classes, a comes first by LogME.* 90\.0 ± 2\.0 %, which no other reaches/,
    )
    expect(told(scores('a', 0.2, 0.8), scores('b', 0.1, 0.9)).words).toMatch(/a comes first by LogME, but .* best on b/)
  })

  it('counts only models that have not seen the dataset, and says so', () => {
    const { words, suggestions } = told(scores('own', 0.5, 0.99, true), scores('a', 0.2, 0.9), scores('b', 0.1, 0.8))
    expect(words).toContain('of the models that have not seen this dataset, a comes first')
    expect(suggestions).toEqual([{ title: 'Use a', patch: { base: 'a' } }])
  })

  it('compares nothing where only one has not', () => {
    const { words } = told(scores('own', 0.5, 0.99, true), scores('a', 0.2, 0.9))
    expect(words).toContain('a is right for 90.0 ± 2.0 %; it is the only model that has not seen this dataset')
    expect(words).not.toContain('no other')
  })
})
