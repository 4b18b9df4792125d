import { type EntrantId } from './entrant.ts'
import { bestRatio, formatFigure, isReached, ratio, type Result } from './results.ts'

/** A row's figures on the terminal, with what became of its goals. */
export function printResult(result: Result): void {
  const { title, unit, better, rounds, figures, values, notes, goal, goals, failed } = result
  console.log(`\n${title} (${unit}, ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`})`)
  const own = figures.graft === undefined || goal === null ? '' : ownVerdict(figures.graft, goal, better)
  printLine('graft', formatFigure(figures.graft), own, notes.graft ?? '')
  const others = [...(Object.keys(values) as EntrantId[]), ...failed].filter((id) => id !== 'graft')
  for (const other of others) {
    const times = ratio(result, other)
    const note = notes[other] === undefined ? '' : `[${notes[other]}]`
    printLine(other, formatFigure(figures[other]), times === null ? '' : verdict(times, goals[other]), note)
  }
  for (const { named, of, times } of result.bestOf) {
    const reached = bestRatio(result, of)
    if (reached !== null) console.log(`  against ${named}: ${verdict(reached, times)}`)
  }
}

function printLine(name: string, figure: string, ...cells: string[]): void {
  console.log(`  ${[name.padEnd(14), figure.padStart(8), ...cells].filter((cell) => cell !== '').join('  ')}`)
}

function verdict(value: number, goal: number | undefined): string {
  const times = `${value.toFixed(2)}x`
  if (goal === undefined) return times
  return `${times}  ${value >= goal ? 'ok' : 'MISS'} (>= ${goal})`
}

function ownVerdict(value: number, goal: number, better: Result['better']): string {
  return `${isReached(value, goal, better) ? 'ok' : 'MISS'} (${better === 'more' ? '>=' : '<='} ${goal})`
}
