import type { SettingValue } from '../../contract/studies.ts'

/** Paths as words: `optimizer.learningRate` is "learning rate"; where two end alike, the part before stands with them. */
export function settingLabels(paths: readonly string[]): string[] {
  const last = (path: string): string => words(path.split('.').at(-1) ?? path)
  return paths.map((path) => {
    const isAlone = paths.filter((other) => last(other) === last(path)).length === 1
    return isAlone ? last(path) : path.split('.').map(words).join(' ')
  })
}

function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_all, before: string, after: string) => `${before} ${after.toLowerCase()}`)
}

export function valueLabel(value: SettingValue): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
