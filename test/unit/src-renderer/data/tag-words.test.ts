import { describe, expect, it } from 'vitest'
import type { SourceInspection } from '../../../../src-main/contract/datasets.ts'
import { describeFilter } from '../../../../src-renderer/features/data/describe-filter.ts'
import { draftOf, labelsOf, optionsOf, tagColumnsOf } from '../../../../src-renderer/features/data/import-draft.ts'
import { isSameLabel, labelWords } from '../../../../src-renderer/ui/label-words.ts'

const column = (name: string, labelType: 'tags' | 'classification') => {
  return { name, type: 'categorical' as const, distinct: 2, missing: 0, missingTexts: [], examples: [], labelType }
}
const inspection: SourceInspection = {
  source: '/x',
  suggestedName: 'x',
  layout: 'table',
  summary: '',
  count: 3,
  classes: [],
  columns: [column('seen', 'tags'), column('cat', 'classification'), column('size', 'classification')],
  suggestedLabels: ['seen'],
  header: true,
  warnings: [],
}

describe('tags in words', () => {
  it('are listed, and none of them is not no label', () => {
    expect([labelWords(['a', 'b']), labelWords([]), labelWords(null)]).toEqual(['a, b', 'none of them', null])
    expect([isSameLabel(['a'], ['a']), isSameLabel([], null), isSameLabel('a', 'a')]).toEqual([true, false, true])
  })

  it('are told of a filter', () => {
    expect(describeFilter({ column: 'seen', without: 'dog' })).toBe('without “dog”')
    expect(describeFilter({ column: 'seen', untagged: true })).toBe('none of the tags')
  })
})

describe('an import with tags', () => {
  it('proposes the column that holds lists, and makes one column of those of single tags', () => {
    const draft = draftOf(inspection, false, [])
    expect(labelsOf(draft)).toEqual([{ name: 'seen', type: 'tags' }])
    const chosen = { ...draft, roles: { ...draft.roles, seen: 'ignore' as const, cat: 'tag' as const } }
    expect(tagColumnsOf(chosen)).toEqual(['cat'])
    expect(optionsOf(chosen, inspection)).toMatchObject({
      labelColumns: [],
      tagColumns: { columns: ['cat'] },
      ignoreColumns: ['seen'],
    })
    expect(optionsOf(draft, inspection)).not.toHaveProperty('tagColumns')
  })
})
