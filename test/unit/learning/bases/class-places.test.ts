import { describe, expect, it } from 'vitest'
import { classDifference, classPlaces } from '../../../../src-main/learning/bases/class-places.ts'
import { scatter } from '../../../../src-main/learning/strategies/common/distillation/teacher-answers.ts'

const KNOWN = ['tench', 'Egyptian cat', 'crane', 'espresso']

describe('classes paired by name', () => {
  it('finds each wanted class among the known ones, in any order', () => {
    expect(classPlaces(KNOWN, ['espresso', 'tench'])).toEqual([3, 0])
  })

  it('takes the names of folders for the same words', () => {
    expect(classPlaces(KNOWN, ['egyptian_cat', 'Espresso'])).toEqual([1, 3])
    expect(classPlaces(['a_b', 'A b', 'c'], ['A b'])).toEqual([1])
  })

  it('refuses what is not there, is there twice, or stands for two', () => {
    expect(classPlaces(KNOWN, ['espresso', 'dog'])).toBeNull()
    expect(classPlaces([...KNOWN, 'crane'], ['crane'])).toBeNull()
    expect(classPlaces(['a_b', 'a-b'], ['A b'])).toBeNull()
    expect(classPlaces(KNOWN, ['egyptian_cat', 'egyptian-cat'])).toBeNull()
  })

  it('names what only one of the two has', () => {
    expect(classDifference(KNOWN, ['egyptian_cat', 'dog'])).toEqual({
      missing: ['dog'],
      extra: ['tench', 'crane', 'espresso'],
    })
  })
})

describe('answers of a model that knows more', () => {
  it('are those of the wanted classes, each in the place of its row', () => {
    const compact = Float32Array.of(1, 2, 3, 4, 5, 6)
    expect([...scatter({ compact, width: 3 }, [2, 0], 3, [2, 0])]).toEqual([6, 4, 0, 0, 3, 1])
  })
})
