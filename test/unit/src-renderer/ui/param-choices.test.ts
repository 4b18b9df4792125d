import { expect, it } from 'vitest'
import type { ParamField } from '@contract/params.ts'
import { found, listsNames, namesOf, subjectOf } from '../../../../src-renderer/ui/param-choices.ts'
import { countChanged } from '../../../../src-renderer/ui/param-form.ts'

it('knows what a field of names speaks of by its name', () => {
  const subject = (name: string, label = name) => subjectOf({ name, label })
  expect(subject('auxiliary', 'Auxiliary heads')).toBe('heads')
  expect(subject('linkedLayers')).toBe('layers')
  expect(subject('features', 'Features')).toBe('layers')
  expect(subject('featureColumns')).toBe('columns')
  expect(subject('novelClasses')).toBe('classes')
  expect(subject('words')).toBeNull()
})

it('reads names with commas between where the help says so', () => {
  expect(listsNames({ type: 'text', help: 'Names of layers, with commas between.' })).toBe(true)
  expect(listsNames({ type: 'text', help: 'A layer.' })).toBe(false)
  expect(namesOf(' a, b=0.1 ,,')).toEqual(['a', 'b=0.1'])
})

it('finds choices that hold every word, wherever they hold it', () => {
  const choices = [
    { value: 'run:1', label: 'birds, features', hint: 'accuracy 93 %', group: 'Trained here' },
    { value: 'mobilenetv2', label: 'MobileNetV2', group: 'Pretrained' },
  ]
  expect(found(choices, 'trained BIRDS').map((one) => one.value)).toEqual(['run:1'])
  expect(found(choices, ' ').length).toBe(2)
  expect(found(choices, 'birds mobilenet')).toEqual([])
})

it('counts lists as changed by what is in them', () => {
  const field: ParamField = { name: 'a', label: 'a', type: 'names', default: [], help: '', advanced: true }
  expect(countChanged([field], { a: [] })).toBe(0)
  expect(countChanged([field], { a: ['x'] })).toBe(1)
})
