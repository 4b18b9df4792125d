import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** What `graft predict` wrote, by the file's name: its class and probabilities, or null where it could not be read. */
export function ownAnswers(csv) {
  const [head, ...rows] = parseCsv(readFileSync(csv, 'utf8'))
  const classes = head.slice(2, head.indexOf('error'))
  const error = head.indexOf('error')
  return new Map(
    rows.map((row) => {
      const probabilities = row.slice(2, error).map(Number)
      return [basename(row[0]), row[error] === '' ? { predicted: row[1], probabilities, classes } : null]
    }),
  )
}

/** The same of a shipped program's `--json`, held against it. */
export function compareAnswers(own, entries) {
  const received = new Map(entries.map((entry) => [basename(entry.path), entry]))
  const problems = []
  let [largest, same, compared] = [0, 0, 0]
  for (const [name, expected] of own) {
    const entry = received.get(name)
    if (entry === undefined) problems.push(`${name} has no answer`)
    else if ((expected === null) !== (entry.error !== undefined))
      problems.push(`${name}: ${entry.error ?? 'is read, and Graft cannot'}`)
    else if (expected !== null) {
      compared += 1
      if (entry.predicted === expected.predicted) same += 1
      expected.classes.forEach((label, i) => {
        largest = Math.max(largest, Math.abs(expected.probabilities[i] - entry.probabilities[label]))
      })
    }
  }
  return { largest, same: same / compared, files: compared, problems }
}

/** RFC 4180. */
function parseCsv(text) {
  const rows = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '') break
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}
