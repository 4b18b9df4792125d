import type { ImportProblem } from '@contract/datasets.ts'

/** What the stable codes mean, for the filter. */
export const PROBLEM_NAMES: Readonly<Record<ImportProblem['code'], string>> = {
  'zero-bytes': 'Empty file',
  truncated: 'Incomplete file',
  'not-an-image': 'Not an image',
  'wrong-extension': 'Wrong extension',
  unreadable: 'Cannot be read',
  'unsupported-format': 'Format not supported',
  'too-large': 'Too large',
  'symlink-outside': 'Link out of the folder',
  'symlink-loop': 'Link in a circle',
  'bad-name': 'Name cannot be used',
  'missing-file': 'File is missing',
  'missing-label': 'Label is missing',
  'bad-value': 'Value cannot be used',
  'bad-row': 'Row cannot be used',
  duplicate: 'Exact copy',
  'duplicate-row': 'Row is there twice',
  'too-many-columns': 'Too many columns',
  'empty-class': 'Class without items',
  'nested-class': 'Class within a class',
  'unicode-forms': 'One name in two forms',
  'split-shares': 'Split far from its shares',
  contradiction: 'Same picture, other label',
}

/** The list as tab-separated text, for a spreadsheet or a mail. */
export function problemsAsText(problems: readonly ImportProblem[]): string {
  const clean = (text: string): string => text.replace(/[\t\r\n]+/g, ' ')
  const rows = problems.map((one) => [one.level, one.code, clean(one.path), clean(one.message)].join('\t'))
  return ['level\tcode\tpath\treason', ...rows].join('\n')
}

/** How often each code occurs, most frequent first. */
export function countByCode(problems: readonly ImportProblem[]): { code: ImportProblem['code']; count: number }[] {
  const counts = new Map<ImportProblem['code'], number>()
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count)
}
