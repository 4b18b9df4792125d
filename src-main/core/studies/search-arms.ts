import type { PlanProblem } from '../../contract/models.ts'
import type { SearchSetting, SettingValue, StudyArm, StudySearch, StudySpec } from '../../contract/studies.ts'
import { seededRandom } from '../../base/seeded-random.ts'
import { gridOf, settingAt } from './setting-values.ts'
import { settingLabels, valueLabel } from './setting-words.ts'

/** As many arms as a study takes, less room for its baselines. */
const MOST_COMBINATIONS = 200

/** One arm per combination of a search's settings: all of a grid, or drawn by its seed (Bergstra and Bengio, "Random search for
 *  hyper-parameter optimization", JMLR 13, 2012). */
export function searchArms({ search }: StudySpec): { arms: StudyArm[]; problems: PlanProblem[] } {
  if (search === null) return blocked('A search needs `search`: the settings that it varies. Received: none.')
  const wrong = search.settings.map(settingFault).find((fault) => fault !== null)
  if (wrong != null) return blocked(wrong)
  const twice = search.settings.find(({ path }, place) => search.settings.findIndex((one) => one.path === path) < place)
  if (twice !== undefined) return blocked(`Expected each setting once. Received twice: ${twice.path}.`)
  return search.method === 'grid' ? grid(search) : drawn(search)
}

function grid(search: StudySearch): { arms: StudyArm[]; problems: PlanProblem[] } {
  const axes = search.settings.map(gridOf)
  const count = axes.reduce((product, axis) => product * axis.length, 1)
  if (count > MOST_COMBINATIONS) {
    const sizes = axes.map((axis) => axis.length).join(' x ')
    return blocked(
      `Expected at most ${MOST_COMBINATIONS} combinations. Received: a grid of ${sizes} = ${count}. Take fewer steps, or a random search.`,
    )
  }
  const rows = axes.reduce<SettingValue[][]>(
    (before, axis) => before.flatMap((row) => axis.map((value) => [...row, value])),
    [[]],
  )
  return { arms: armsOf(search, rows), problems: [] }
}

/** Each setting has a stream of its own: one more setting leaves the draws of the others as they are. */
function drawn(search: StudySearch): { arms: StudyArm[]; problems: PlanProblem[] } {
  const streams = search.settings.map(({ path }) => seededRandom(search.seed, `search ${path}`))
  const rows = Array.from({ length: search.samples }, () =>
    search.settings.map((setting, place) => settingAt(setting, streams[place]!())),
  )
  const different = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
  const problems: PlanProblem[] =
    different.length === rows.length
      ? []
      : [
          {
            level: 'warn',
            code: 'search',
            message: `${different.length} of the ${rows.length} drawn combinations differ; each is trained once.`,
            fix: null,
          },
        ]
  return { arms: armsOf(search, different), problems }
}

function armsOf({ settings }: StudySearch, rows: readonly (readonly SettingValue[])[]): StudyArm[] {
  const names = settingLabels(settings.map(({ path }) => path))
  return rows.map((row) => ({
    label: labelOf(row.map((value, place) => `${names[place] ?? ''} ${valueLabel(value)}`)),
    patch: Object.fromEntries(settings.map(({ path }, place) => [path, row[place]])),
  }))
}

function labelOf(parts: readonly string[]): string {
  const text = parts.join(', ')
  return (text.charAt(0).toUpperCase() + text.slice(1)).slice(0, 120)
}

/** What is wrong with a setting; null: nothing. */
function settingFault(setting: SearchSetting): string | null {
  const { path } = setting
  // Those are the study's own: the same for all arms.
  if (['seed', 'epochs', 'name', 'dataset', 'datasetVersion'].includes(path)) {
    return `A search cannot vary \`${path}\`: the study gives it to all arms alike.`
  }
  if (setting.kind === 'choice') return null
  const { from, to, scale, integer } = setting
  if (!(from < to)) return `Expected \`from\` of ${path} to be less than its \`to\`. Received: ${from} and ${to}.`
  if (scale === 'log' && from <= 0) {
    return `Expected \`from\` of ${path} to be above 0: its scale is logarithmic. Received: ${from}.`
  }
  if (integer && !(Number.isInteger(from) && Number.isInteger(to))) {
    return `Expected whole ends of ${path}. Received: ${from} and ${to}.`
  }
  return null
}

function blocked(message: string): { arms: StudyArm[]; problems: PlanProblem[] } {
  return { arms: [], problems: [{ level: 'block', code: 'search', message, fix: null }] }
}
