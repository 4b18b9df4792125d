import type { SettingValue } from './studies.ts'

/** A value of a setting as it is read: switches are on or off. */
export function settingText(value: SettingValue): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
