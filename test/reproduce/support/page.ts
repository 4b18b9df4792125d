import { writeFileSync } from 'node:fs'
import type { RecordedClaim } from './record.ts'

const HEAD = `# Reproductions

What papers report, repeated with Graft on one computer: \`npm run reproduce -- NAME\` for one, \`npm run reproduce\` for all of them, each
within half an hour on two cores. A claim is computed part by part; what is there already is kept (\`--again\` computes it anew). MNIST, UCI digits and
the photographs are looked for in the folder that \`GRAFT_DATA\` names. This page is written from the JSON files in
[reproductions/](reproductions/), which hold every seed; do not edit it by hand. Times are of the clock, on a computer that
may have worked on another claim too.
`

/** Writes the page of all claims. */
export function writePage(path: string, claims: readonly RecordedClaim[]): void {
  writeFileSync(path, pageOf(claims))
}

export function pageOf(claims: readonly RecordedClaim[]): string {
  const index = claims.map(({ title, report, parts }) => {
    const state = report === null ? 'not complete' : report.isReached ? 'reached' : 'not reached'
    return `| [${title}](#${anchor(title)}) | ${state} | ${minutes(parts)} |`
  })
  const table = ['| claim | state | time |', '|---|---|---|', ...index].join('\n')
  return [HEAD, table, ...claims.map(section), ''].join('\n')
}

function section({ title, published, report, machine, date, parts, name, settings }: RecordedClaim): string {
  const seeds = Object.keys(parts).join(', ')
  const facts = `Parts: ${seeds}. ${minutes(parts)} on ${machine}, ${date}. \`npm run reproduce -- ${name}\`.`
  const lines = [`\n## ${title}`, `*Published:* ${published}`]
  if (report !== null) {
    const rows = [report.columns, report.columns.map(() => '---'), ...report.rows]
    lines.push(rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n'), report.words)
  }
  return [...lines, `Settings: \`${JSON.stringify(settings)}\``, facts].join('\n\n')
}

function minutes(parts: RecordedClaim['parts']): string {
  const seconds = Object.values(parts).reduce((sum, part) => sum + part.seconds, 0)
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}
