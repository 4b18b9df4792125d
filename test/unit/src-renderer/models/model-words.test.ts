import { describe, expect, it } from 'vitest'
import {
  costWords,
  inputWords,
  isMeasured,
  isProven,
  optionWords,
  proofSentence,
  rightsWords,
  sample,
  speedWords,
  topClasses,
} from '../../../../src-renderer/features/models/model-words.ts'

const plain = (text: string) => text.replace(/[\u2009\u202f\u00a0]/gu, ' ')

describe('proofSentence', () => {
  it('says what the clean process answered', () => {
    expect(plain(proofSentence({ samples: 32, maxDifference: 1.31e-6, sameTop1: 1 }))).toBe(
      'Loaded again in a clean process and asked for 32 real samples: largest difference 1.3e-6, the same top class for all.',
    )
    expect(plain(proofSentence({ samples: 1, maxDifference: 0, sameTop1: 0.5 }))).toBe(
      'Loaded again in a clean process and asked for 1 real sample: outputs are identical, the same top class for 50.0 %.',
    )
  })

  it('says what the shipped program answered, or why it was not asked', () => {
    const none = { samples: 0, maxDifference: null, sameTop1: null }
    const ran = { language: 'python', runtime: 'Python 3.13.1', files: 32, msPerImage: 3.14, accuracy: null } as const
    const exact = { ...none, program: { ...ran, maxDifference: 1.2e-7, sameClass: 1 } }
    expect(proofSentence(exact)).toBe(
      "Graft has no runtime of this format to load it again in. predict.py in Python 3.13.1, asked for 32 of the dataset's items: largest difference of any probability 1.20e-7, the same class for 100 %, 3.1 ms each.",
    )
    expect(isProven(exact)).toBe(true)
    const accuracy = { labelled: 30, graft: 0.9, exported: 0.8667 }
    const smaller = { ...none, program: { ...ran, maxDifference: 0.2, sameClass: 0.9375, accuracy } }
    expect(proofSentence(smaller)).toContain('Right on the labelled ones, 30: 86.7 %, inside Graft 90 %.')
    expect(isProven(smaller)).toBe(false)
    expect(isMeasured({ options: { weights: 'int8' }, proof: smaller })).toBe(true)
    expect(isMeasured({ options: { weights: 'int8' }, proof: none })).toBe(false)
    expect(isMeasured({ options: {}, proof: exact })).toBe(false)
    const notRun = { ...none, program: { notRun: 'there is no Python here' } }
    expect(proofSentence(notRun)).toContain('Not proven here as a program: there is no Python here.')
    expect([isProven(notRun), isProven(none)]).toEqual([false, false])
  })
})

describe('optionWords', () => {
  it('speaks as the form did, and shows what the form does not know as it is', () => {
    const choices = [{ value: 'uint8', label: 'pixels' }]
    const input = { name: 'input', label: 'Input', type: 'choice' as const, default: 'float32', help: '', choices }
    const format = { type: 'onnx', label: 'ONNX', help: '', fields: [input] }
    expect(optionWords(format, { input: 'uint8', opset: 17 })).toBe('Input: pixels · opset: 17')
    expect(optionWords(null, {})).toBe('')
  })
})

describe('topClasses', () => {
  it('takes the first few', () => {
    const classes = Array.from({ length: 9 }, (_, index) => ({ name: `c${index}`, probability: 0.5 / (index + 1) }))
    expect(topClasses({ head: 'h', classes, value: null }, 2).map((row) => [row.label, row.share])).toEqual([
      ['c0', 0.5],
      ['c1', 0.25],
    ])
  })
})

describe('inputWords', () => {
  it('tells colours and sizes', () => {
    const given = { inputs: 'image' as const, channels: [1, 3], inputSizes: [32, 64], defaultInputSize: 64 }
    expect(inputWords(given)).toBe('grey or colour pictures, 32 to 64 px')
    expect(inputWords({ ...given, inputSizes: [], defaultInputSize: null, channels: [3] })).toBe('colour pictures')
    expect(inputWords({ ...given, inputs: 'table' })).toBe('rows of a table')
  })
})

describe('what a base costs and may be used for', () => {
  it('is said in figures that people compare', () => {
    const costs = { parameters: 25_557_032, multiplyAdds: 4_111_000_000, sizeBytes: null }
    expect(costWords(costs).map(plain)).toEqual(['25.6 M parameters', '4.11 G multiply-adds'])
    expect(
      costWords({ ...costs, sizeBytes: 102e6 })
        .map(plain)
        .at(-1),
    ).toBe('102 MB')
    expect(speedWords({ imagesPerSecond: 152.34, measuredAt: '' })).toBe('152 images/s')
  })

  it('says what is not known, and nothing of fresh weights', () => {
    const base = { kind: 'imported', licence: null, trainedOn: null } as const
    expect(rightsWords(base)).toBe('Licence: not said · trained on data that its file does not name')
    expect(rightsWords({ ...base, licence: 'MIT', trainedOn: 'birds' })).toBe('Licence: MIT · trained on birds')
    expect(rightsWords({ ...base, kind: 'trained', trainedOn: 'birds' })).toBe('trained on birds')
    expect(rightsWords({ ...base, kind: 'architecture' })).toBe('')
  })
})

describe('sample', () => {
  it('picks different entries, and no more than there are', () => {
    let seed = 0
    const random = () => (seed = (seed + 0.37) % 1)
    expect(new Set(sample([1, 2, 3, 4], 3, random)).size).toBe(3)
    expect(sample([1, 2], 5, random).sort()).toEqual([1, 2])
  })
})
