import type { SearchResults, SettingValue } from '@contract/studies.ts'
import { formatNumber } from '../../ui/format.ts'
import { valueText } from './search-draft.ts'

/** A setting as an axis: numbers as they are, choices at 0, 1, 2 in the order in which they stand. */
export interface SettingAxis {
  readonly label: string
  readonly log: boolean
  /** Named places of choices; null: a scale of numbers. */
  readonly ticks: readonly number[] | null
  place(value: SettingValue): number
  format(place: number): string
}

export function settingAxis(search: SearchResults, index: number): SettingAxis {
  const setting = search.settings[index]
  const label = capital(setting?.label ?? '')
  if (setting?.scale !== 'choice') {
    const format = (value: number): string => formatNumber(value, 3)
    return { label, log: setting?.scale === 'log', ticks: null, place: Number, format }
  }
  const all = [...new Set(search.points.map(({ values }) => values[index] as SettingValue))]
  const values = all.sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  )
  return {
    label,
    log: false,
    ticks: values.map((_unused, place) => place),
    place: (value) => values.indexOf(value),
    format: (place) => (values[place] === undefined ? '' : valueText(values[place])),
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
