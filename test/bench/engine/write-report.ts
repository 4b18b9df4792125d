import { readFileSync, writeFileSync } from 'node:fs'
import type { ContenderName } from './contender.ts'
import { type EntrantId, entrantOf } from './entrant.ts'
import { bestRatio, formatFigure, isReached, ratio, type Report, type Result } from './results.ts'

const BEGIN = '<!-- bench:engine -->'
const END = '<!-- /bench:engine -->'
const COLUMNS: Readonly<Record<Exclude<ContenderName, 'graft'>, string>> = {
  stock: 'stock tfjs-node',
  keras: 'Keras',
  torch: 'PyTorch at its best',
  onnx: 'ONNX Runtime',
}

/** Puts the table between its markers into a Markdown file. */
export function writeReport(file: string, report: Report): void {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`Expected the lines ${BEGIN} and ${END} in ${file}.`)
  writeFileSync(file, `${text.slice(0, from)}${BEGIN}\n\n${markdown(report)}\n${text.slice(to)}`)
}

function markdown({ at, machine, versions, results }: Report): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const columns = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]
  const rows = results.map((result) => {
    const cells = [ownCell(result), ...columns.map((name) => cellOf(result, name)), String(result.rounds)]
    return `| ${result.title} (${result.unit}) | ${cells.join(' | ')} |`
  })
  return [
    `Machine: ${machine}. Date: ${at.slice(0, 10)}. ${named.join(', ')}.`,
    'Contenders are measured in turn, round by round; a figure is the median of the rounds. `x` says how many times better',
    'Graft is; a goal that is not reached is bold. Where a contender was measured in several precisions, each stands behind its name.',
    '',
    `| work | Graft | ${columns.map((name) => COLUMNS[name]).join(' | ')} | rounds |`,
    `|${'---|'.repeat(columns.length + 3)}`,
    ...rows,
    '',
  ].join('\n')
}

/** Graft's figure, its other precisions, and what only the best of several says. */
function ownCell(result: Result): string {
  const { figures, goal, better } = result
  const isMissed = goal !== null && !(figures.graft !== undefined && isReached(figures.graft, goal, better))
  const own = `${formatFigure(figures.graft)}${goal === null ? '' : wanted(goal, !isMissed)}`
  const others = entrants(result, 'graft').flatMap((id) => (id === 'graft' ? [] : [entrantCell(result, id)]))
  const best = result.bestOf.flatMap(({ named, of, times }) => {
    const reached = bestRatio(result, of)
    return reached === null ? [] : [`${reached.toFixed(2)}x ${named}${wanted(times, reached >= times)}`]
  })
  return [own, ...others, ...best].join('; ')
}

function cellOf(result: Result, name: ContenderName): string {
  const cells = entrants(result, name).map((id) => entrantCell(result, id))
  return cells.length === 0 ? '-' : cells.join('; ')
}

function entrantCell(result: Result, id: EntrantId): string {
  const { precision } = entrantOf(id)
  const note = result.notes[id]
  const times = ratio(result, id)
  const before = precision === null ? '' : `${precision} `
  if (times === null) return `${before}${note ?? formatFigure(result.figures[id])}`
  const goal = result.goals[id]
  const named = note === undefined || note === precision ? '' : `, ${note}`
  return `${before}${formatFigure(result.figures[id])}${named}: ${times.toFixed(2)}x${goal === undefined ? '' : wanted(goal, times >= goal)}`
}

function wanted(goal: number, isMet: boolean): string {
  return isMet ? ` (goal ${goal})` : ` (**goal ${goal}**)`
}

/** Of a contender, those that were measured or failed, its plain form first. */
function entrants({ figures, failed }: Result, name: ContenderName): EntrantId[] {
  const all = [...(Object.keys(figures) as EntrantId[]), ...failed]
  return all.filter((id) => entrantOf(id).name === name).sort((a, b) => a.length - b.length)
}
