import type { ImportOptions, LabelType, Reading, SourceInspection, SplitPlan } from '@contract/datasets.ts'

/** What the import dialog lets the user choose, before it becomes the contract's options. */
export interface ImportDraft {
  readonly name: string
  readonly storage: 'reference' | 'copy'
  /** Tables and label files: column -> what it is used for. */
  readonly roles: Readonly<Record<string, ColumnRole>>
  readonly split: SplitPlan | null
  /** How the table or list is read where the user said so. */
  readonly reading: Reading
}

/** `tag`: a column of yes and no, one of several that become one label column of tags. */
export type ColumnRole = 'feature' | LabelType | 'tag' | 'ignore'
const LABELS: readonly ColumnRole[] = ['classification', 'regression', 'tags'] satisfies LabelType[]

export const DEFAULT_SPLIT: SplitPlan = { train: 0.7, validation: 0.15, test: 0.15, seed: 1, stratifyBy: null }

/** The dialog's first proposal for a source. `mustCopy`: files that a browser copied over do not stay where they are. */
export function draftOf(inspection: SourceInspection, mustCopy: boolean, taken: readonly string[]): ImportDraft {
  // In the order in which the labels were suggested: the first is the one that counts.
  const rank = ({ name }: { name: string }): number =>
    inspection.suggestedLabels.indexOf(name) + 1 || inspection.suggestedLabels.length + 1
  const columns = inspection.columns.toSorted((a, b) => rank(a) - rank(b))
  const roles = Object.fromEntries(columns.map((column) => [column.name, proposedRole(column, inspection)]))
  return {
    name: freeName(inspection.suggestedName || 'Dataset', taken),
    storage: mustCopy ? 'copy' : 'reference',
    roles,
    split: DEFAULT_SPLIT,
    reading: {},
  }
}

/** The draft after its source was read in another way: what was chosen by hand stays, where its column is still there. */
export function draftAfter(draft: ImportDraft, before: SourceInspection, after: SourceInspection): ImportDraft {
  const proposed = draftOf(before, false, []).roles
  const chosen = Object.entries(draft.roles).filter(([name, role]) => proposed[name] !== role)
  const roles = { ...draftOf(after, false, []).roles }
  for (const [name, role] of chosen) if (name in roles) roles[name] = role
  const isGone = draft.split !== null && draft.split.stratifyBy !== null && !(draft.split.stratifyBy in roles)
  return { ...draft, roles, split: isGone ? { ...draft.split!, stratifyBy: null } : draft.split }
}

/** Words that a user separates by commas; none: only empty cells count. */
export function wordsOf(text: string): string[] {
  return text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]))
}

function proposedRole(
  column: SourceInspection['columns'][number],
  { suggestedLabels, layout }: SourceInspection,
): ColumnRole {
  if (suggestedLabels.includes(column.name)) return column.labelType
  // In a file of labels beside images the other columns are further answers or remarks, not features.
  if (column.type === 'path' || column.type === 'id' || layout === 'folder-with-labels') return 'ignore'
  return 'feature'
}

export function labelsOf(draft: ImportDraft): { name: string; type: LabelType }[] {
  return Object.entries(draft.roles).flatMap(([name, role]) =>
    LABELS.includes(role) ? [{ name, type: role as LabelType }] : [],
  )
}

/** Columns of yes and no that become tags. */
export function tagColumnsOf({ roles }: ImportDraft): string[] {
  return Object.keys(roles).filter((name) => roles[name] === 'tag')
}

/** What keeps the import from starting, or null. */
export function draftProblem(
  draft: ImportDraft,
  inspection: SourceInspection,
  taken: readonly string[],
): string | null {
  const name = draft.name.trim()
  if (name === '') return 'Give the dataset a name.'
  if (taken.includes(name)) return 'There is a dataset of this name.'
  if (draft.split === null) return 'The split does not add up.'
  if (inspection.layout === 'table' && !Object.values(draft.roles).includes('feature'))
    return 'Keep at least one column as a feature.'
  return null
}

export function optionsOf(draft: ImportDraft, inspection: SourceInspection): ImportOptions {
  const ignore = Object.keys(draft.roles).filter((name) => draft.roles[name] === 'ignore')
  return {
    name: draft.name.trim(),
    storage: draft.storage,
    ...(inspection.columns.length > 0 ? { labelColumns: labelsOf(draft) } : {}),
    ...(tagColumnsOf(draft).length > 0 ? { tagColumns: { columns: tagColumnsOf(draft) } } : {}),
    ...(inspection.layout === 'table' ? { ignoreColumns: ignore } : {}),
    ...draft.reading,
    ...(draft.split === null || inspection.layout === 'exported' ? {} : { split: splitOf(draft.split) }),
  }
}

/** Without a chosen column the importer stratifies by the first label. */
function splitOf({ stratifyBy, ...rest }: SplitPlan): Partial<SplitPlan> {
  return stratifyBy === null ? rest : { ...rest, stratifyBy }
}

function freeName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name} ${number}`
    if (!taken.includes(candidate)) return candidate.slice(0, 100)
  }
}
