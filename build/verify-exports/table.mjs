import { readFileSync, writeFileSync } from 'node:fs'

const [BEGIN, END] = ['<!-- verify:exports -->', '<!-- end -->']
const HEAD = [
  '| network | format | weights | runtime | exports | largest difference | MB | ms an input |',
  '|---|---|---|---|---|---|---|---|',
]

/** Two implementations of float32 arithmetic on the same network stay below this. */
export const GOAL = 1e-5

/** Rows of one network: each format, kind of weights and runtime with all of its other options together. Size and time are those of the defaults. */
export function tableRows(network, exports, own) {
  const groups = grouped(exports, ({ format, weights, runtime }) => [format, weights, runtime].join(' | '))
  const rows = [...groups].map(([key, all]) => {
    const standard = all.find(({ isDefault }) => isDefault) ?? all[0]
    const differences = all.map(({ difference }) => difference ?? Infinity)
    const facts = [all.length, short(Math.max(...differences)), megabytes(standard.bytes), time(standard.milliseconds)]
    return `| ${[network, key, ...facts].join(' | ')} |`
  })
  return [`| ${[network, 'Graft itself', 'float32', 'Graft', '', '', '', time(own)].join(' | ')} |`, ...rows]
}

/** What is wrong with an export, in words. */
export function faults({ folder, runtime, weights, difference, problems }) {
  const isFar = weights === 'float32' && difference !== undefined && !(difference <= GOAL)
  const words = isFar ? [...problems, `differs by ${difference.toExponential(1)}`] : problems
  return words.map((each) => `${folder}, ${runtime}: ${each}`)
}

/** In the order of their first. */
function grouped(values, keyOf) {
  const groups = new Map()
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value])
  return groups
}

const short = (value) => (value === 0 || value === Infinity ? String(value) : value.toExponential(0))
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)
const time = (value) => (value === undefined ? '' : value >= 100 ? value.toFixed(0) : value.toPrecision(2))

/** Puts rows into the table of a page, in the place of those of the same networks, else at its end. */
export function writeRows(page, rows) {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from === -1 || to === -1) throw new Error(`Expected ${BEGIN} and ${END} in ${page}.`)
  const networkOf = (line) => line.split('|')[1].trim()
  const old = text
    .slice(from, to)
    .split('\n')
    .filter((line) => line.startsWith('| ') && line !== HEAD[0])
  const byNetwork = new Map([...grouped(old, networkOf), ...grouped(rows, networkOf)])
  const table = [BEGIN, '', ...HEAD, ...[...byNetwork.values()].flat(), '']
  writeFileSync(page, `${text.slice(0, from)}${table.join('\n')}\n${text.slice(to)}`)
}
