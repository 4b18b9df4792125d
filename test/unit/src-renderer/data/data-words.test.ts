import type { Dataset, DatasetStatistics, SourceInspection } from '@contract/datasets.ts'
import { describe, expect, it } from 'vitest'
import { auditFindings } from '../../../../src-renderer/features/data/audit.ts'
import { digitKeys, letterProblem } from '../../../../src-renderer/features/data/class-keys.ts'
import { describeFilter } from '../../../../src-renderer/features/data/describe-filter.ts'
import {
  draftAfter,
  draftOf,
  draftProblem,
  optionsOf,
  wordsOf,
} from '../../../../src-renderer/features/data/import-draft.ts'
import { countByCode, problemsAsText } from '../../../../src-renderer/features/data/problem-text.ts'
import { fillTrain, percentProblem } from '../../../../src-renderer/features/data/splits.ts'
import { baseName, crumbsOf, isImageName } from '../../../../src-renderer/features/start/paths.ts'

describe('keys of classes', () => {
  it('are 1 to 9 and 0, unless the classes are digits themselves', () => {
    expect(digitKeys(['cat', 'dog'])).toEqual(['1', '2'])
    expect(digitKeys(['0', '1', '7'])).toEqual(['0', '1', '7'])
    expect(digitKeys(Array.from({ length: 12 }, (_, index) => `c${index}`)).slice(8)).toEqual(['9', '0', null, null])
  })

  it('refuses letters that are taken', () => {
    expect(letterProblem('c', 'cat', {})).toBe(null)
    expect(letterProblem('r', 'cat', {})).toContain('already has a use')
    expect(letterProblem('c', 'cow', { cat: 'c' })).toContain('“cat”')
    expect(letterProblem('c', 'cat', { cat: 'c' })).toBe(null)
    expect(letterProblem('é', 'cat', {})).toContain('a to z')
  })
})

describe('splits', () => {
  it('must add up and leave something to train on', () => {
    expect(percentProblem(70, 15, 15)).toBe(null)
    expect(percentProblem(33.34, 33.33, 33.33)).toBe(null)
    expect(percentProblem(70, 15, 10)).toContain('95 %')
    expect(percentProblem(0, 50, 50)).toContain('Training')
    expect(percentProblem(null, 50, 50)).toBe('Fill in all three.')
    expect([fillTrain(15, 15), fillTrain(60, 60)]).toEqual([70, null])
  })
})

const inspection = (more: Partial<SourceInspection> = {}): SourceInspection => ({
  source: '/data/wine.csv',
  suggestedName: 'wine',
  layout: 'table',
  summary: '',
  count: 3,
  classes: [],
  columns: [
    { name: 'id', type: 'id', distinct: 3, missing: 0, missingTexts: [], examples: [], labelType: 'classification' },
    {
      name: 'alcohol',
      type: 'numeric',
      distinct: 3,
      missing: 0,
      missingTexts: [],
      examples: [],
      labelType: 'regression',
    },
    {
      name: 'quality',
      type: 'numeric',
      distinct: 6,
      missing: 0,
      missingTexts: [],
      examples: [],
      labelType: 'classification',
    },
  ],
  suggestedLabels: ['quality'],
  header: true,
  warnings: [],
  ...more,
})

describe('the import dialog', () => {
  it('proposes roles, a free name and options of the contract', () => {
    const draft = draftOf(inspection(), false, ['wine'])
    expect(draft.name).toBe('wine 2')
    expect(draft.roles).toEqual({ id: 'ignore', alcohol: 'feature', quality: 'classification' })
    expect(optionsOf(draft, inspection())).toEqual({
      name: 'wine 2',
      storage: 'reference',
      labelColumns: [{ name: 'quality', type: 'classification' }],
      ignoreColumns: ['id'],
      split: { train: 0.7, validation: 0.15, test: 0.15, seed: 1 },
    })
  })

  it('copies what a browser uploaded, and says nothing of columns where there are none', () => {
    const folder = inspection({ layout: 'folder-per-class', columns: [], suggestedLabels: [] })
    const draft = draftOf(folder, true, [])
    expect(optionsOf(draft, folder)).toEqual({
      name: 'wine',
      storage: 'copy',
      split: { train: 0.7, validation: 0.15, test: 0.15, seed: 1 },
    })
  })

  it('takes for a regression what the core does', () => {
    const columns = [
      {
        name: 'price',
        type: 'numeric' as const,
        distinct: 15,
        missing: 0,
        missingTexts: [],
        examples: [],
        labelType: 'regression' as const,
      },
    ]
    expect(draftOf(inspection({ columns, suggestedLabels: ['price'] }), false, []).roles).toEqual({
      price: 'regression',
    })
  })

  it('sends the labels in the order in which they were suggested: the first is the one that counts', () => {
    const two = inspection({ suggestedLabels: ['quality', 'alcohol'] })
    expect(optionsOf(draftOf(two, false, []), two).labelColumns?.map((one) => one.name)).toEqual(['quality', 'alcohol'])
  })

  it('keeps what was chosen by hand when the source is read in another way, and sends that way', () => {
    const draft = draftOf(inspection(), false, [])
    const stratifyBy = 'quality'
    const chosen = { ...draft, roles: { ...draft.roles, alcohol: 'ignore' as const }, reading: { header: true } }
    const [id, alcohol, quality] = inspection().columns
    const words = [id!, alcohol!, { ...quality!, type: 'categorical' as const, name: 'grade' }]
    const after = draftAfter(
      { ...chosen, split: { ...draft.split!, stratifyBy } },
      inspection(),
      inspection({ columns: words, suggestedLabels: ['grade'] }),
    )
    expect(after.roles).toEqual({ id: 'ignore', alcohol: 'ignore', grade: 'classification' })
    expect(after.split?.stratifyBy).toBe(null)
    expect(optionsOf({ ...after, reading: { header: true, missing: ['-9'] } }, inspection())).toMatchObject({
      header: true,
      missing: ['-9'],
    })
    expect([wordsOf(''), wordsOf(' -9, not known ,')]).toEqual([[], ['-9', 'not known']])
  })

  it('says what keeps it from starting', () => {
    const draft = draftOf(inspection(), false, [])
    expect(draftProblem(draft, inspection(), [])).toBe(null)
    expect(draftProblem({ ...draft, name: ' ' }, inspection(), [])).toContain('name')
    expect(draftProblem(draft, inspection(), ['wine'])).toContain('of this name')
    expect(draftProblem({ ...draft, split: null }, inspection(), [])).toContain('split')
    expect(draftProblem({ ...draft, roles: { quality: 'classification' } }, inspection(), [])).toContain('feature')
  })
})

describe('audit', () => {
  const dataset = {
    id: 'd',
    name: 'pets',
    kind: 'image',
    items: 130,
    labelColumns: [{ name: 'label', type: 'classification', classes: ['cat', 'dog'] }],
    splitCounts: { train: 90, validation: 20, test: 20 },
    problems: 2,
  } as unknown as Dataset
  const statistics: DatasetStatistics = {
    columns: [
      {
        name: 'label',
        classes: [
          { name: 'cat', total: 110, train: 82, validation: 14, test: 14 },
          { name: 'dog', total: 11, train: 7, validation: 2, test: 2 },
        ],
        unlabelled: 9,
        histogram: [],
      },
    ],
    duplicates: 3,
    sizes: [
      { width: 640, height: 480, count: 100 },
      { width: 64, height: 64, count: 30 },
    ],
    channels: { '1': 10, '3': 120 },
  }

  it('says in words what is worth a look, with the items to show', () => {
    const findings = auditFindings(dataset, statistics)
    expect(findings.map(({ tone, title }) => `${tone}: ${title}`)).toEqual([
      'note: 9 items have no label',
      'warn: “cat” has 10 times as many items as “dog”',
      'warn: 1 class has fewer than 10 training items',
      'good: Split into train, validation and test',
      'note: 3 items are an exact copy of another',
      'note: 2 different image sizes',
      'note: Grey and colour images are mixed',
      'note: 2 problems at import',
    ])
    expect(findings[0]?.filter).toEqual({ column: 'label', label: null })
    expect(findings[2]?.filter).toEqual({ column: 'label', label: 'dog' })
    expect(findings[4]?.filter).toEqual({ duplicates: true })
  })

  it('warns of missing splits and of a single class', () => {
    const titles = auditFindings(
      { ...dataset, splitCounts: { train: 130, validation: 0, test: 0 } },
      {
        ...statistics,
        columns: [
          {
            name: 'label',
            classes: [{ name: 'cat', total: 1, train: 1, validation: 0, test: 0 }],
            unlabelled: 0,
            histogram: [],
          },
        ],
      },
    ).map((one) => one.title)
    expect(titles).toContain('There are no validation and test items')
    expect(titles).toContain('“label” has fewer than two classes in use')
  })
})

describe('small texts', () => {
  it('describes a filter', () => {
    expect(describeFilter({ column: 'label', label: 'cat', split: 'test', search: '12' })).toBe(
      '“cat”, test, name contains “12”',
    )
    expect(describeFilter({ column: 'label', label: null, duplicates: true })).toBe('not labelled, exact copies')
  })

  it('keeps one problem a line, whatever is in its path', () => {
    const problem = { path: 'a\tb\n.jpg', code: 'truncated' as const, message: 'ends early', level: 'error' as const }
    expect(problemsAsText([problem]).split('\n')).toEqual([
      'level\tcode\tpath\treason',
      'error\ttruncated\ta b .jpg\tends early',
    ])
    expect(countByCode([problem, { ...problem, code: 'zero-bytes' }, problem])).toEqual([
      { code: 'truncated', count: 2 },
      { code: 'zero-bytes', count: 1 },
    ])
  })

  it('knows paths of both kinds', () => {
    expect(crumbsOf('/home/ada').map((one) => one.path)).toEqual(['/', '/home', '/home/ada'])
    expect(crumbsOf('C:\\data\\photos').map((one) => one.path)).toEqual(['C:\\', 'C:\\data', 'C:\\data\\photos'])
    expect(crumbsOf('D:\\')).toEqual([{ label: 'D:', path: 'D:\\' }])
    expect(crumbsOf('\\\\nas\\photos\\cats')).toEqual([
      { label: '\\\\nas\\photos', path: '\\\\nas\\photos\\' },
      { label: 'cats', path: '\\\\nas\\photos\\cats' },
    ])
    expect(crumbsOf('/a\\b/c').map((one) => one.label)).toEqual(['Computer', 'a\\b', 'c'])
    expect([baseName('/a/b/'), baseName('C:\\x\\y')]).toEqual(['b', 'y'])
    expect([isImageName('A.JPG'), isImageName('a.csv')]).toEqual([true, false])
  })
})
