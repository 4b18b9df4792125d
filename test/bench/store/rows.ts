/** One measured figure beside what it must reach. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | 'points/s'
  readonly goal: number
  readonly passed: boolean
  readonly note: string
}

export function timeRow(name: string, value: number, goal: number, note = ''): Row {
  return { name, value, unit: 'ms', goal, passed: value <= goal, note }
}

export function rateRow(name: string, value: number, goal: number, note = ''): Row {
  return { name, value, unit: 'points/s', goal, passed: value >= goal, note }
}

/** Median of several runs, in milliseconds; the first, which fills caches, does not count. */
export async function median(times: number, work: () => unknown): Promise<number> {
  const measured: number[] = []
  for (let i = 0; i <= times; i++) {
    const from = performance.now()
    await work()
    measured.push(performance.now() - from)
  }
  const sorted = measured.slice(1).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function printRows(rows: readonly Row[], machine: string): void {
  const width = Math.max(...rows.map((row) => row.name.length))
  console.log(machine)
  for (const { name, value, unit, goal, passed, note } of rows) {
    const figure = value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
    const wanted = `${unit === 'ms' ? '<=' : '>='} ${goal.toLocaleString('en')} ${unit}`
    console.log(`${passed ? 'ok  ' : 'MISS'}  ${name.padEnd(width)}  ${figure.padStart(10)}  ${wanted}  ${note}`)
  }
}
