import { readFileSync, writeFileSync } from 'node:fs'

const [BEGIN, END] = ['<!-- verify:imports -->', '<!-- end -->']
const HEAD = [
  '| from | network | pixels | outputs | features | inner | own | loss | weights | change of the step |',
  '|---|---|---|---|---|---|---|---|---|---|',
]

/** A row of the table; `own` and what stands in brackets is how far the network itself is determined: what the program itself gives where the last digit of its input is another. */
export function tableRow({ program, name, side }, found) {
  const step =
    found.loss === undefined
      ? ['', '', '']
      : [
          short(found.loss),
          `${short(found.weights)} (${short(found.ownWeights)})`,
          `${short(found.change)} (${short(found.ownChange)})`,
        ]
  return `| ${[program, name, side, short(found.logits), short(found.features), short(found.inner), short(found.ownOutputs), ...step].join(' | ')} |`
}

const short = (value) => (value === undefined || value === null ? '' : value === 0 ? '0' : value.toExponential(0))

/** Puts rows into the table of a page: in the place of those of the same network, else at its end. */
export function writeRows(page, rows) {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from === -1 || to === -1) throw new Error(`Expected ${BEGIN} and ${END} in ${page}.`)
  const old = text
    .slice(from, to)
    .split('\n')
    .filter((line) => /^\| (?!from|-)/.test(line) && !line.startsWith('|---'))
  const byNetwork = new Map([...old, ...rows].map((line) => [line.split('|').slice(1, 3).join('|'), line]))
  const table = [BEGIN, '', ...HEAD, ...byNetwork.values(), '']
  writeFileSync(page, text.slice(0, from) + table.join('\n') + '\n' + text.slice(to))
}
