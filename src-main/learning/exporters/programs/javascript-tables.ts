/** The part of predict.mjs that makes of the rows of a CSV file what the network takes. Numbers are read as Graft reads them. */
export const JAVASCRIPT_TABLES = String.raw`
const { columns: COLUMNS } = PREPARATION
const POINT = /^[+-]?(?:(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const COMMA = /^[+-]?(?:(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d*)?|,\d+)(?:e[+-]?\d+)?$/i
const EITHER = /^[+-]?[1-9]\d{0,2},\d{3}$/
const MISSING = /^(|na|n\/a|<na>|nan|null|none|nil|\?|-)$/i

/** UTF-8, UTF-16, or where it is neither, Windows-1252. */
function textOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The rows of a CSV text; empty lines are passed over. */
function recordsOf(text, delimiter) {
  const records = []
  let cells = []
  let cell = ''
  let isQuoted = false
  const endLine = () => {
    cells.push(cell)
    if (cells.length > 1 || cell !== '') records.push(cells)
    cells = []
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (isQuoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') cell += text[++i]
      else isQuoted = false
    } else if (c === '"' && cell === '') isQuoted = true
    else if (c === delimiter) cell = cells.push(cell) ? '' : ''
    else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++
      endLine()
    } else cell += c
  }
  if (isQuoted) throw new Error('a quote (") opens and is never closed')
  if (cell !== '' || cells.length > 0) endLine()
  return records
}

function readTable(bytes) {
  const text = textOf(bytes)
  const first = (text.split(/\r?\n|\r/).find((line) => line.trim() !== '') ?? '').replace(/"[^"]*"/g, '')
  const countOf = (mark) => first.split(mark).length
  const delimiter = [',', ';', '\t', '|'].reduce((best, mark) => (countOf(mark) > countOf(best) ? mark : best))
  const [header = [], ...rows] = recordsOf(text, delimiter)
  const names = header.map((name) => name.trim())
  const missing = COLUMNS.filter(({ name }) => !names.includes(name))
  if (missing.length === 0) return { names, rows }
  throw new Error('expected the columns the model was trained on; received none called ' + missing.map(({ name }) => name).join(', '))
}

/** Without the sign of a currency or percentage. */
function bareNumber(cell) {
  return cell.trim().replace(/^([+-]?)\s*[€$£¥]\s*/, '$1').replace(/[€$£¥%]$/, '').trimEnd()
}

/** Whether a column writes its decimals with a point or a comma: its own cells say it, else the training table. */
function markOf(column, cells) {
  const clear = cells.map(bareNumber).filter((cell) => !EITHER.test(cell))
  const point = clear.filter((cell) => POINT.test(cell) && !COMMA.test(cell)).length
  const comma = clear.filter((cell) => COMMA.test(cell) && !POINT.test(cell)).length
  return point + comma > 0 ? (comma > point ? 'comma' : 'point') : (column.decimal ?? 'point')
}

/** Standardised; a value that is missing is the mean. */
function numberOf(cell, { name, mean, std, missing }, mark) {
  if (missing?.texts.includes(cell) || MISSING.test(cell)) {
    if (missing?.cells === 0) throw new Error('expected a number in ' + name + ', received no value')
    return 0
  }
  const bare = bareNumber(cell)
  if (!(mark === 'point' ? POINT : COMMA).test(bare)) {
    throw new Error('expected a number in ' + name + ', received ' + JSON.stringify(cell.slice(0, 50)))
  }
  const value = Number(mark === 'point' ? bare.replaceAll(',', '') : bare.replaceAll('.', '').replace(',', '.'))
  return (value - mean) / (std || 1)
}

/** What the network takes of a row. A category that the model has never met is none of those it knows. */
function rowInput(given, names, marks) {
  const row = given.length === names.length + 1 && given.at(-1) === '' ? given.slice(0, -1) : given
  if (row.length !== names.length) {
    throw new Error('expected ' + names.length + ' values as in the first line, received ' + row.length)
  }
  const values = COLUMNS.flatMap((column, i) => {
    const cell = row[names.indexOf(column.name)].trim()
    if (column.type === 'numeric') return [numberOf(cell, column, marks[i])]
    return column.categories.map((category) => Number(category.normalize('NFC') === cell.normalize('NFC')))
  })
  return Float32Array.from(values)
}

const SHAPE = [COLUMNS.reduce((total, column) => total + (column.type === 'numeric' ? 1 : column.categories.length), 0)]
`

/** The same for files, in Node. */
export const JAVASCRIPT_TABLE_FILES = String.raw`
/** Every row of the CSV files, and how to get its input. */
async function sourcesOf(paths) {
  const found = await Promise.all(paths.map(async (path) => {
    try {
      const { names, rows } = readTable(await readFile(path))
      const marks = COLUMNS.map((column) => markOf(column, rows.map((row) => row[names.indexOf(column.name)] ?? '')))
      const prefix = paths.length === 1 ? '' : path + ', '
      return rows.map((row, i) => ({ path: prefix + 'row ' + (i + 1), read: async () => rowInput(row, names, marks) }))
    } catch (error) {
      return [{ path, read: () => Promise.reject(error) }]
    }
  }))
  return found.flat()
}
`

export const JAVASCRIPT_TABLES_IMPORTS = ["import { readFile } from 'node:fs/promises'"] as const
