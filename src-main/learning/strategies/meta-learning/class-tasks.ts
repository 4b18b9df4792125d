import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { MetaValues } from './meta-params.ts'
import { type ClassSplit, splitClasses } from './draw-tasks.ts'

export interface ClassTasks {
  readonly split: ClassSplit
  readonly rowsOf: ReadonlyMap<number, readonly number[]>
  readonly names: readonly string[]
}

/** The dataset's classes with enough items, split by the seed; all labelled items of a class take part, whichever split of the dataset they
 *  are in: what must not be seen are the test's classes. */
export function classTasks({ main, spec }: StagedRun, { way, shots, queries, testShare }: MetaValues): ClassTasks {
  const { rows, targets } = main.data
  const rowsOf = new Map<number, number[]>()
  for (const row of [...rows.train, ...rows.validation, ...rows.test]) {
    const target = targets[0]![row]!
    if (Number.isNaN(target)) continue
    const known = rowsOf.get(target)
    if (known === undefined) rowsOf.set(target, [row])
    else known.push(row)
  }
  const usable = [...rowsOf.keys()].filter((c) => rowsOf.get(c)!.length >= shots + queries).sort((a, b) => a - b)
  const split = splitClasses(usable, { way, testShare, seed: spec.seed })
  return { split, rowsOf, names: main.headRecords[0]!.classes }
}
