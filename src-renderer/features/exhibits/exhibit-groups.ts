import type { Exhibit } from '@contract/exhibits.ts'

export interface ExhibitGroup {
  readonly title: string
  readonly exhibits: readonly Exhibit[]
}

const GROUPS: readonly { title: string; kinds: readonly Exhibit['kind'][] }[] = [
  { title: 'In words', kinds: ['text'] },
  { title: 'Figures', kinds: ['table', 'matrix'] },
  { title: 'Curves', kinds: ['curves', 'scrubber'] },
  { title: 'Where samples lie', kinds: ['scatter'] },
  { title: 'Rules', kinds: ['tree'] },
  { title: 'Samples', kinds: ['lens', 'images'] },
  { title: 'Suggested labels', kinds: ['review'] },
]

/** What needs attention first, then by what it is; within a group in the order in which it came. */
export function exhibitGroups(exhibits: readonly Exhibit[]): ExhibitGroup[] {
  const warnings = exhibits.filter((exhibit) => exhibit.level === 'warn')
  const rest = exhibits.filter((exhibit) => exhibit.level !== 'warn')
  return [
    { title: 'Needs attention', exhibits: warnings },
    ...GROUPS.map(({ title, kinds }) => ({ title, exhibits: rest.filter((exhibit) => kinds.includes(exhibit.kind)) })),
  ].filter((group) => group.exhibits.length > 0)
}

/** Kinds that are read across the whole width. */
const WIDE: readonly Exhibit['kind'][] = ['lens', 'review', 'tree']

export function isWide(exhibit: Exhibit): boolean {
  if (WIDE.includes(exhibit.kind)) return true
  if (exhibit.kind === 'images') return exhibit.images.length > 24
  if (exhibit.kind === 'matrix') return exhibit.columns.length > 8
  return exhibit.kind === 'table' && exhibit.columns.length > 5
}
