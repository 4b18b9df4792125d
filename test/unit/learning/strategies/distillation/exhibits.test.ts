import { describe, expect, it } from 'vitest'
import type { ExhibitInput } from '../../../../../src-main/contract/exhibits.ts'
import type { Manifest } from '../../../../../src-main/contract/trainer.ts'
import type { Compared } from '../../../../../src-main/learning/strategies/common/distillation/compared.ts'
import { comparisonExhibit } from '../../../../../src-main/learning/strategies/distillation/student-comparison.ts'
import {
  generationCurves,
  generationsExhibit,
} from '../../../../../src-main/learning/strategies/born-again-networks/generations.ts'
import { lensExhibit } from '../../../../../src-main/learning/strategies/distillation/lens.ts'
import { teacherExhibit } from '../../../../../src-main/learning/strategies/common/distillation/teacher-report.ts'
import { describeHead } from '../../../../../src-main/learning/network/head-info.ts'
import type { TrainingData } from '../../../../../src-main/learning/engine/data/training-data.ts'

const head = describeHead({ name: 'kind', type: 'classification', classes: ['a', 'b'], weight: 1 }, [], false)

/** Rows 0..3 are the test split with the labels a, b, a, b; rows 4 and 5 were trained on. */
const data = {
  targets: [Float64Array.of(0, 1, 0, 1, 0, 1)],
  rows: { train: [4, 5], validation: [], test: [0, 1, 2, 3] },
  unlabelled: [],
} as unknown as TrainingData

/** A model that names `classes[row]` with logits +-`sure`. */
function model(name: string, classes: number[], sure = 2, parameters = 100): Compared {
  const logits = Float32Array.from(classes.flatMap((c) => (c === 0 ? [sure, -sure] : [-sure, sure])))
  return { name, answers: [logits], cost: { parameters, bytes: parameters * 4, msPerSample: 0.5 } }
}

const right = model('Teacher', [0, 1, 0, 1, 0, 1], 2, 1000)
const good = model('Student', [0, 1, 0, 0, 0, 1])
const poor = model('Student alone', [1, 1, 0, 0, 0, 1])

const compare = (teachers: Compared[], student: Compared, alone: Compared | null) =>
  comparisonExhibit({ id: 'distillation', head, h: 0, data, teachers, student, alone }) as ExhibitInput & {
    kind: 'table'
  }

describe('teacher beside student', () => {
  it('measures accuracy, agreement, size and speed, and says whether it helped', () => {
    const table = compare([right], good, poor)
    expect(table.rows).toEqual([
      ['Teacher', 1, 1, 1000, 4000, 0.5],
      ['Student', 0.75, 0.75, 100, 400, 0.5],
      ['Student alone', 0.5, 0.5, 100, 400, 0.5],
    ])
    expect([table.own, table.level]).toEqual([1, 'good'])
    expect(table.words).toContain('10.0 times fewer parameters')
    expect(table.words).toContain('+25.0 points')
  })

  it('warns of a teacher that is no better than its student, or than the student alone', () => {
    expect(compare([poor], good, null)).toMatchObject({
      level: 'warn',
      words: expect.stringContaining('stronger teacher'),
    })
    expect(compare([good], right, good)).toMatchObject({
      level: 'warn',
      words: expect.stringContaining('student alone'),
    })
    expect(compare([right], good, null).level).toBe('info')
  })

  it('takes several teachers as one: the mean of their probabilities, all of their cost', () => {
    // Two are wrong on different rows, and less sure than the third is where it is right.
    const others = [model('A', [1, 1, 0, 1, 0, 1], 0.5), model('B', [0, 0, 0, 1, 0, 1], 0.5)]
    const table = compare([...others, right], good, null)
    expect(table.rows[3]).toEqual(['Mean of 3 teachers', 1, 1, 1200, 4800, 1.5])
    expect(table.rows.slice(0, 2).map((row) => row[1])).toEqual([0.75, 0.75])
    expect(table.own).toBe(4)
  })
})

describe('the teacher alone', () => {
  const report = (teacher: Compared, temperature: number) =>
    teacherExhibit({ id: 'teacher', head, h: 0, data, learnt: [4, 5], teachers: [teacher], temperature })

  it('is told as it is when its answers are soft', () => {
    // softmax(2, -2): 98.2 %; at T = 4, softmax(0.5, -0.5): 73.1 %.
    expect(report(right, 4).words).toContain('98.2 % on average, 73.1 % at temperature 4.')
    expect(report(right, 4).level).toBeUndefined()
  })

  it('warns of answers that are nearly one-hot, and of a teacher that guesses', () => {
    expect(report(model('Sure', [0, 1, 0, 1, 0, 1], 40), 4)).toMatchObject({
      level: 'warn',
      words: expect.stringContaining('raise the temperature'),
    })
    expect(report(model('Sure', [0, 1, 0, 1, 0, 1], 40), 1).words).toContain('fewer epochs')
    expect(report(model('Guess', [0, 0, 0, 0, 0, 0]), 4)).toMatchObject({
      level: 'warn',
      words: expect.stringContaining('most frequent class (50.0 %)'),
    })
  })
})

describe('the lens', () => {
  const items = [0, 1, 2, 3, 4, 5].map((row) => ({ id: row + 10, name: `item ${row}`, targets: [row % 2] }))
  const manifest = { items } as unknown as Manifest
  const lens = (teachers: Compared[], students: Compared[]) =>
    lensExhibit({ id: 'lens', manifest, head, h: 0, rows: data.rows.test, teachers, students, temperature: 4 })

  it('shows the samples that they tell most differently first, with the logits of every model', () => {
    const found = lens([right], [good, poor]) as ExhibitInput & { kind: 'lens' }
    expect(found.models).toEqual(['Teacher', 'Student', 'Student alone'])
    expect(found.rows).toEqual([
      { itemId: 13, name: 'item 3', expected: 'b', logits: [[-2, 2], [2, -2], [2, -2]] }, // prettier-ignore
    ])
    expect(found.words).toContain('1 of 4')
  })

  it('is left out when they agree everywhere', () => {
    expect(lens([right], [right])).toBeNull()
  })
})

describe('generations', () => {
  const options = (born: Compared[], teachers: Compared[] = []) => {
    return { head, h: 0, data, first: good, born, teachers, kept: born.length - 1 }
  }
  // Wrong on rows 3; 0; none: the ensemble of the first two is right where the surer one is.
  const born = [model('Generation 1', [0, 1, 0, 0, 0, 1], 1), model('Generation 2', [1, 1, 0, 1, 0, 1], 3)]

  it('compares the mean with the teacher, and the ensemble with as many teachers', () => {
    const table = generationsExhibit('generations', options(born, [good, poor])) as ExhibitInput & { kind: 'table' }
    expect(table.rows).toEqual([
      ['Student', 0.25, null],
      ['Generation 1', 0.25, 1],
      ['Generation 2', 0.25, 0.5],
      ['Mean of 2 generations', 0.25, null],
      ['Ensemble of 2 generations', 0.25, null],
      ['Mean of 2 teachers', 0.375, null],
      ['Ensemble of 2 teachers', 0.25, null],
    ])
    expect([table.own, table.level]).toEqual([2, 'good'])
    expect(table.words).toContain('25.0 % on average, 2 teachers trained on labels on 37.5 % (-12.5 points)')
  })

  it('says when being born again did not help, and that one teacher is one draw', () => {
    const table = generationsExhibit('generations', options([poor]))
    expect(table).toMatchObject({ level: 'warn', words: expect.stringMatching(/several seeds.*did not help/) })
    const same = generationsExhibit('generations', options([good]))
    expect([same.level, same.words]).toEqual([undefined, expect.stringContaining('no difference')])
  })

  it('draws the error of each generation and of all so far', () => {
    const curves = generationCurves('curves', options([poor, model('Sure', [0, 1, 0, 1, 0, 1], 3)])) as ExhibitInput & {
      kind: 'curves'
    }
    expect(curves.series.map(({ x, y }) => [x, y])).toEqual([
      [[0, 1, 2], [0.25, 0.5, 0]], // prettier-ignore
      [[1, 2], [0.5, 0]], // prettier-ignore
    ])
  })
})
