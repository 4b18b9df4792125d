import { readFileSync, writeFileSync } from 'node:fs'
import type { ContenderName } from './contender.ts'

/** Figures of one row. */
export interface Result {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** `more`: a larger figure is better; `less`: a smaller one. */
  readonly better: 'more' | 'less'
  readonly figures: Partial<Record<ContenderName, number>>
  readonly notes: Partial<Record<ContenderName, string>>
  /** Wanted ratio of Graft to a contender: at least (more) or at most (less); for `less` in times faster, see `ratio`. */
  readonly goals: Partial<Record<ContenderName, number>>
}

export interface Report {
  readonly at: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly results: readonly Result[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** How many times better Graft is than a contender; 1 is equal. */
export function ratio({ figures, better }: Result, other: ContenderName): number | null {
  const [ours, theirs] = [figures.graft, figures[other]]
  if (ours === undefined || theirs === undefined) return null
  return better === 'more' ? ours / theirs : theirs / ours
}

const OTHERS = ['stock', 'keras', 'torch'] as const

export function printResult(result: Result): void {
  console.log(`\n${result.title} (${result.unit})`)
  console.log(`  graft ${format(result.figures.graft)}`)
  for (const other of OTHERS) {
    const times = ratio(result, other)
    if (times === null) continue
    const goal = result.goals[other]
    const verdict = goal === undefined ? '' : times >= goal ? `ok (>= ${goal})` : `MISS (>= ${goal})`
    const note = result.notes[other] === undefined ? '' : `  [${result.notes[other]}]`
    console.log(`  ${other.padEnd(5)} ${format(result.figures[other])}  ${times.toFixed(2)}x  ${verdict}${note}`)
  }
}

function format(value: number | undefined): string {
  if (value === undefined) return '-'
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(0) : value.toFixed(2)
}

const BEGIN = '<!-- bench:engine -->'
const END = '<!-- /bench:engine -->'

/** Puts the table between its markers in docs/benchmarks.md. */
export function writeReport(file: string, report: Report): void {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < 0) throw new Error(`Expected the markers ${BEGIN} and ${END} in ${file}.`)
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n\n${markdown(report)}\n${text.slice(to)}`)
}

function markdown({ at, machine, versions, rounds, results }: Report): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const cell = (result: Result, other: (typeof OTHERS)[number]) => {
    const times = ratio(result, other)
    if (times === null) return '-'
    const goal = result.goals[other]
    const note = result.notes[other] === undefined ? '' : `, ${result.notes[other]}`
    const wanted = goal === undefined ? '' : times >= goal ? ` (goal ${goal})` : ` (**goal ${goal}**)`
    return `${format(result.figures[other])}${note}: ${times.toFixed(2)}x${wanted}`
  }
  const rows = results.map((result) => {
    const cells = OTHERS.map((other) => cell(result, other))
    return `| ${result.title} (${result.unit}) | ${format(result.figures.graft)} | ${cells.join(' | ')} |`
  })
  return [
    `Machine: ${machine}. Date: ${at.slice(0, 10)}. ${named.join(', ')}. Median of ${rounds} interleaved rounds. Ratios say how many`,
    'times better Graft is; goals that are not reached are bold.',
    '',
    '| work | Graft | stock tfjs-node | Keras | PyTorch at its best |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
