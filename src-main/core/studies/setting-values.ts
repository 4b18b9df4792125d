import type { SearchSetting, SettingValue } from '../../contract/studies.ts'

/** The value of a setting at a place of 0 to 1 (1 excluded), even on its scale: a uniform place draws it. Numbers have three digits. */
export function settingAt(setting: SearchSetting, place: number): SettingValue {
  if (setting.kind === 'choice') return setting.values[Math.floor(place * setting.values.length)] as SettingValue
  const { from, to, scale, integer } = setting
  if (integer && scale === 'linear') return from + Math.floor(place * (to - from + 1))
  return rounded(setting, scale === 'log' ? from * (to / from) ** place : from + place * (to - from))
}

/** Its values in a grid: all choices, or so many steps from end to end. Whole numbers that would stand twice stand once. */
export function gridOf(setting: SearchSetting): SettingValue[] {
  if (setting.kind === 'choice') return [...new Set(setting.values)]
  const { from, to, scale, steps } = setting
  const values = Array.from({ length: steps }, (_unused, step) => {
    const place = step / (steps - 1)
    return rounded(setting, scale === 'log' ? from * (to / from) ** place : from + place * (to - from))
  })
  return [...new Set(values)]
}

/** Where a value lies on its setting's scale, 0 to 1; of a choice the middle of its part. null: it is none of its values. */
export function settingPlace(setting: SearchSetting, value: unknown): number | null {
  if (setting.kind === 'choice') {
    const choices = [...new Set(setting.values)]
    const place = choices.findIndex((one) => one === value)
    return place < 0 ? null : (place + 0.5) / choices.length
  }
  if (typeof value !== 'number') return null
  const { from, to, scale } = setting
  const place = scale === 'log' ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from)
  return Number.isFinite(place) ? Math.min(1, Math.max(0, place)) : null
}

const DIGITS = 3

function rounded({ from, to, integer }: SearchSetting & { kind: 'range' }, value: number): number {
  const round = integer ? Math.round(value) : Number(value.toPrecision(DIGITS))
  return Math.min(to, Math.max(from, round))
}
