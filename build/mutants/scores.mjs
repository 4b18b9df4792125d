import { cpus } from 'node:os'
import { readFileSync, writeFileSync } from 'node:fs'

const START = '<!-- mutants -->'
const END = '<!-- /mutants -->'

/** Counts of one report of Stryker. A mutant that never ends is noticed, too. */
export function scores(report) {
  const all = Object.values(report.files).flatMap(({ mutants }) => mutants.map(({ status }) => status))
  const count = (...names) => all.filter((status) => names.includes(status)).length
  const killed = count('Killed', 'Timeout')
  const survived = count('Survived')
  return { killed, survived, covered: killed + survived, uncovered: count('NoCoverage') }
}

/** Puts the table between its two marks. */
export function writeTable(path, rows) {
  const total = { name: '**all**', killed: 0, survived: 0, covered: 0, uncovered: 0 }
  for (const row of rows) for (const key of ['killed', 'survived', 'covered', 'uncovered']) total[key] += row[key]
  const lines = [...rows, total].map(
    (row) =>
      `| ${row.name} | ${row.covered} | ${row.killed} | ${((100 * row.killed) / row.covered).toFixed(1)} % | ${row.uncovered} |`,
  )
  const date = new Date().toISOString().slice(0, 10)
  const table = [
    START,
    `${date}, ${cpus().length} cores of ${cpus()[0]?.model.trim()}.`,
    '',
    '| folder | covered mutants | killed | score | not covered by the folder’s own tests |',
    '|---|---|---|---|---|',
    ...lines,
    END,
  ].join('\n')
  const text = readFileSync(path, 'utf8')
  const from = text.indexOf(START)
  const to = text.indexOf(END)
  if (from === -1 || to === -1) throw new Error(`${path} has no place for the table: ${START} ... ${END}.`)
  writeFileSync(path, text.slice(0, from) + table + text.slice(to + END.length))
}
