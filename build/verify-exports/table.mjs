import { readFileSync, writeFileSync } from 'node:fs'

const END = '<!-- end -->'

/** The tables of the page: how exact the files are, and the answers of the programs beside them. */
export const TABLES = {
  exports: {
    begin: '<!-- verify:exports -->',
    head: [
      '| network | format | weights | runtime | exports | largest difference | MB | ms an input |',
      '|---|---|---|---|---|---|---|---|',
    ],
  },
  files: {
    begin: '<!-- verify:exports --files -->',
    head: [
      '| format | input | program | runtime | files | largest difference | same class |',
      '|---|---|---|---|---|---|---|',
    ],
  },
}

/** Two implementations of float32 arithmetic on the same network stay below this. */
export const GOAL = 1e-5

/** Rows of one network: each format, kind of weights and runtime with all of its other options together. Size and time are those of the defaults. */
export function tableRows(network, exports, own) {
  const groups = grouped(exports, ({ format, weights, runtime }) => [format, weights, runtime].join(' | '))
  const rows = [...groups].sort().map(([key, all]) => {
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
const time = (value) => (value === undefined ? '' : value >= 99.5 ? value.toFixed(0) : value.toPrecision(2))

/** Puts rows into a table of a page, in the place of those that begin alike, else at its end. */
export function writeRows(page, { begin, head }, rows) {
  const text = readFileSync(page, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(END, from)
  if (from === -1 || to === -1) throw new Error(`Expected ${begin} and ${END} in ${page}.`)
  const nameOf = (line) => line.split('|')[1].trim()
  const old = text
    .slice(from, to)
    .split('\n')
    .filter((line) => line.startsWith('| ') && line !== head[0])
  const byName = new Map([...grouped(old, nameOf), ...grouped(rows, nameOf)])
  const table = [begin, '', ...head, ...[...byName.values()].flat(), '']
  writeFileSync(page, `${text.slice(0, from)}${table.join('\n')}\n${text.slice(to)}`)
}
