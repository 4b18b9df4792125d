import { readFileSync, writeFileSync } from 'node:fs'
import type { ContenderName } from './contender.ts'

/** Figures of one row. */
export interface Result {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** `more`: a larger figure is better; `less`: a smaller one. */
  readonly better: 'more' | 'less'
  /** How many times better than a contender Graft is to be. */
  readonly goals: Partial<Record<ContenderName, number>>
  /** Figure of Graft itself that is to be reached; null: only its ratios count. */
  readonly goal: number | null
  readonly rounds: number
  /** Medians over the rounds. */
  readonly figures: Partial<Record<ContenderName, number>>
  /** Of every round. */
  readonly values: Partial<Record<ContenderName, readonly number[]>>
  readonly notes: Partial<Record<ContenderName, string>>
  /** Contenders that could not be measured; their notes say why. */
  readonly failed: readonly ContenderName[]
}

export interface Report {
  readonly at: string
  readonly machine: string
  readonly versions: Readonly<Record<string, string>>
  readonly results: Result[]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** How many times better Graft is than a contender; 1 is equal. Null where one of the two was not measured. */
export function ratio({ figures, better }: Pick<Result, 'figures' | 'better'>, other: ContenderName): number | null {
  const [ours, theirs] = [figures.graft, figures[other]]
  if (ours === undefined || theirs === undefined) return null
  return better === 'more' ? ours / theirs : theirs / ours
}

const OTHERS = ['stock', 'keras', 'torch'] as const

export function printResult(result: Result): void {
  const { title, unit, better, rounds, figures, notes, goal, goals } = result
  console.log(`\n${title} (${unit}, ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`})`)
  const verdict = (value: number, goal: number | undefined) =>
    goal === undefined ? '' : value >= goal ? `ok (>= ${goal})` : `MISS (>= ${goal})`
  const own = figures.graft === undefined || goal === null ? '' : ownVerdict(figures.graft, goal, better)
  const line = (...cells: string[]) => console.log(`  ${cells.filter((cell) => cell !== '').join('  ')}`)
  line('graft', format(figures.graft).padStart(8), own, notes.graft ?? '')
  for (const other of OTHERS) {
    const times = ratio(result, other)
    const note = notes[other] === undefined ? '' : `[${notes[other]}]`
    if (times !== null) {
      line(other, format(figures[other]).padStart(8), `${times.toFixed(2)}x`, verdict(times, goals[other]), note)
    } else if (note !== '') line(other, note)
  }
}

function ownVerdict(value: number, goal: number, better: Result['better']): string {
  const wanted = `(${better === 'more' ? '>=' : '<='} ${goal})`
  return isReached(value, goal, better) ? `ok ${wanted}` : `MISS ${wanted}`
}

function isReached(value: number, goal: number, better: Result['better']): boolean {
  return better === 'more' ? value >= goal : value <= goal
}

function format(value: number | undefined): string {
  if (value === undefined) return '-'
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const BEGIN = '<!-- bench:engine -->'
const END = '<!-- /bench:engine -->'

/** Puts the table between its markers into a Markdown file. */
export function writeReport(file: string, report: Report): void {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`Expected the lines ${BEGIN} and ${END} in ${file}.`)
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n\n${markdown(report)}\n${text.slice(to)}`)
}

function markdown({ at, machine, versions, results }: Report): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const rows = results.map((result) => {
    const { title, unit, better, rounds, figures, goal } = result
    const isMissed = goal !== null && !(figures.graft !== undefined && isReached(figures.graft, goal, better))
    const own = `${format(figures.graft)}${goal === null ? '' : isMissed ? ` (**goal ${goal}**)` : ` (goal ${goal})`}`
    const cells = [own, ...OTHERS.map((other) => cellOf(result, other)), String(rounds)]
    return `| ${title} (${unit}) | ${cells.join(' | ')} |`
  })
  return [
    `Machine: ${machine}. Date: ${at.slice(0, 10)}. ${named.join(', ')}.`,
    'Contenders are measured in turn, round by round; a figure is the median of the rounds. `x` says how many times better',
    'Graft is; a goal that is not reached is bold.',
    '',
    '| work | Graft | stock tfjs-node | Keras | PyTorch at its best | rounds |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function cellOf(result: Result, other: (typeof OTHERS)[number]): string {
  const times = ratio(result, other)
  const note = result.notes[other] === undefined ? '' : `, ${result.notes[other]}`
  if (times === null) return note === '' ? '-' : note.slice(2)
  const goal = result.goals[other]
  const wanted = goal === undefined ? '' : times >= goal ? ` (goal ${goal})` : ` (**goal ${goal}**)`
  return `${format(result.figures[other])}${note}: ${times.toFixed(2)}x${wanted}`
}
