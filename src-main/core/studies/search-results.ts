import { functionalAnova } from '../../base/statistics/functional-anova.ts'
import { mean } from '../../base/statistics/describe.ts'
import { meanInterval } from '../../base/statistics/student-t.ts'
import type { ArmResult, PlannedArm, SearchResults, SettingValue, StudySpec } from '../../contract/studies.ts'
import { settingLabels } from './setting-words.ts'
import { settingPlace } from './setting-values.ts'

export interface SearchFacts {
  readonly spec: StudySpec
  readonly arms: readonly PlannedArm[]
  /** Ranked. */
  readonly rows: readonly ArmResult[]
  /** Of an arm's measured runs; empty: it was not measured by it. */
  readonly valuesOf: (arm: number, metric: string) => number[]
  readonly metric: string
  readonly seconds: number
}

/** What a search has found beside its ranking: each setting's importance, the combinations, and what the chosen one gives on the test
 *  split. null: no search. */
export function searchResults({ spec, arms, rows, valuesOf, metric, seconds }: SearchFacts): SearchResults | null {
  if (spec.kind !== 'search' || spec.search === null) return null
  const { settings } = spec.search
  const points = arms.flatMap(({ patch, isAdded }, arm) => {
    const values = settings.map(({ path }) => patch[path] as SettingValue | undefined)
    return isAdded || values.some((value) => value === undefined) ? [] : [{ arm, values: values as SettingValue[] }]
  })
  const measured = points.flatMap(({ arm, values }) => {
    const row = rows.find((one) => one.arm === arm && one.mean !== null && one.notComparable === null)
    const places = values.map((value, place) => settingPlace(settings[place]!, value))
    return row === undefined || places.some((place) => place === null) ? [] : [{ x: places as number[], y: row.mean! }]
  })
  const shares = functionalAnova(measured.map(({ x }) => x), measured.map(({ y }) => y)) // prettier-ignore
  const labels = settingLabels(settings.map(({ path }) => path))
  return {
    settings: settings.map((setting, place) => ({
      path: setting.path,
      label: labels[place] ?? setting.path,
      scale: setting.kind === 'choice' ? 'choice' : setting.scale,
      importance: shares?.[place] ?? null,
    })),
    points,
    onTest: onTest(rows, metric, valuesOf),
    seconds,
  }
}

/** The same measure of the test split. */
function onTest(
  rows: readonly ArmResult[],
  metric: string,
  valuesOf: SearchFacts['valuesOf'],
): SearchResults['onTest'] {
  const leader = rows.find((row) => row.rank === 1)
  if (leader === undefined || !metric.startsWith('validation.')) return null
  const name = metric.replace('validation.', 'test.')
  const values = valuesOf(leader.arm, name)
  if (values.length === 0) return null
  return { metric: name, mean: mean(values), half: meanInterval(values).half }
}
