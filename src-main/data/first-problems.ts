import type { ImportProblem } from '../contract/datasets.ts'

const SHOWN = 5

/** What an inspection warns of: the first few problems, and how many more there are. The import lists all. */
export function firstProblems(problems: readonly ImportProblem[]): string[] {
  const listed = problems.slice(0, SHOWN).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return problems.length > SHOWN ? [...listed, `and ${problems.length - SHOWN} more; the import lists all.`] : listed
}
