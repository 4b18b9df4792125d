import { describe, expect, it } from 'vitest'
import type { ModelInspection } from '../../../../src-main/contract/imports.ts'
import {
  modelDraftOf,
  modelDraftProblem,
  preparationChoices,
  preparationOf,
  seenFacts,
} from '../../../../src-renderer/features/models/import-model-draft.ts'

const SEEN: ModelInspection = {
  name: 'resnet50',
  format: 'Keras 3',
  family: null,
  inputShape: [224, 160, 3],
  parameters: 25_557_032,
  layers: 175,
  classes: null,
  preprocessing: null,
  problems: [],
  likely: null,
}
const draft = modelDraftOf(SEEN, [])

describe('the form of an import', () => {
  it('begins with the name of the file, numbered where it is taken', () => {
    expect(draft.name).toBe('resnet50')
    expect(modelDraftOf(SEEN, ['ResNet50', 'resnet50 2']).name).toBe('resnet50 3')
  })

  it('chooses no preparation where the file says none', () => {
    expect([draft.choice, preparationOf(draft)]).toEqual([null, undefined])
    expect(preparationChoices(false).some(({ value }) => value === 'file')).toBe(false)
  })

  it.each([
    ['0.5, 0.5 0.5', '1;1;1', { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] }],
    ['0.5', '1, 1', null],
    ['0.5', '0', null],
    ['half', '1', null],
    ['', '', null],
  ])('means %s and spreads %s are %j', (mean, std, expected) => {
    expect(preparationOf({ ...draft, choice: 'numbers', mean, std })).toEqual(expected)
  })

  it('says what keeps it from starting', () => {
    expect(modelDraftProblem(draft, [])).toBeNull()
    expect(modelDraftProblem({ ...draft, name: ' ' }, [])).toContain('name')
    expect(modelDraftProblem(draft, ['RESNET50'])).toContain('of this name')
    expect(modelDraftProblem({ ...draft, choice: 'numbers', std: '0' }, [])).toContain('one per channel')
  })

  it('tells what the file holds', () => {
    const facts = new Map(seenFacts({ ...SEEN, classes: ['a', 'b'] }))
    expect([facts.get('Input'), facts.get('Classes')]).toEqual(['224 x 160 pixels, colour', '2 classes: a, b'])
    expect(new Map(seenFacts(SEEN)).get('Classes')).toBe('names not known')
  })
})
