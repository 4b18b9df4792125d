export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 's' | 'MB' | 'ms' | 'items/s' | '%'
  /** What it should be, in words; null: no goal was set. */
  readonly goal: string | null
  readonly note: string
}

export function figure(
  name: string,
  value: number,
  unit: Figure['unit'],
  goal: string | null = null,
  note = '',
): Figure {
  return { name, value, unit, goal, note }
}

export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
}

export function printFigures(figures: readonly Figure[], machine: string): void {
  const width = Math.max(...figures.map(({ name }) => name.length))
  console.log(machine)
  for (const { name, value, unit, goal, note } of figures) {
    const text = value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
    console.log(`${name.padEnd(width)}  ${text.padStart(9)} ${unit.padEnd(7)}  ${(goal ?? '').padEnd(10)}  ${note}`)
  }
}
