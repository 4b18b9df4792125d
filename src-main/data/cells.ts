/** How a column writes its decimals: 1,234.5 or 1.234,5. */
export type DecimalMark = 'point' | 'comma'

/** Above this a value is infinite for a network (float32). */
export const MAX_VALUE = 3.4028234663852886e38

const POINT = /^[+-]?(?:(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const COMMA = /^[+-]?(?:(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d*)?|,\d+)(?:e[+-]?\d+)?$/i
/** One comma before three digits: thousands or decimals, by this cell alone. */
const EITHER = /^[+-]?[1-9]\d{0,2},\d{3}$/
const MISSING = /^(|na|n\/a|<na>|nan|null|none|nil|\?|-)$/i
const SHEET_ERROR = /^#(n\/a|div\/0!|value!|ref!|num!|name\?|null!)$/i
const INFINITE = /^[+-]?inf(inity)?$/i

/** What programs write where there is no value: nothing, NA, NaN, null, None, ? and the like. */
export function isMissing(text: string): boolean {
  return MISSING.test(text.trim())
}

/** What a spreadsheet writes where a formula failed: #N/A, #DIV/0!. */
export function isSheetError(text: string): boolean {
  return SHEET_ERROR.test(text)
}

/** Meant as a number, yet none to compute with: inf, 1e400, 1e300. */
export function isBeyondNumbers(text: string): boolean {
  return INFINITE.test(text) || (POINT.test(text) && Math.abs(Number(text.replaceAll(',', ''))) > MAX_VALUE)
}

/** The sign of a percentage or currency that a number carries; empty: none. */
export function unitOf(text: string): string {
  return /^[+-]?\s*([€$£¥])/.exec(text)?.[1] ?? /([€$£¥%])$/.exec(text)?.[1] ?? ''
}

function bareNumber(text: string): string {
  const trimmed = text.trim()
  if (unitOf(trimmed) === '') return trimmed
  return trimmed
    .replace(/^([+-]?)\s*[€$£¥]\s*/, '$1')
    .replace(/[€$£¥%]$/, '')
    .trimEnd()
}

/** The one reader of numbers, for import, labels and prediction: NaN for what is no number that float32 holds. Thousands may be
 *  marked, and a sign of percentage or currency is passed over (12 % is 12). */
export function parseNumber(text: string, decimal: DecimalMark): number {
  const bare = bareNumber(text)
  if (!(decimal === 'point' ? POINT : COMMA).test(bare)) return Number.NaN
  const value = Number(decimal === 'point' ? bare.replaceAll(',', '') : bare.replaceAll('.', '').replace(',', '.'))
  return Math.abs(value) <= MAX_VALUE ? value : Number.NaN
}

/** What a cell tells about its column's decimal mark; null: nothing. */
export function markOf(text: string): DecimalMark | 'either' | null {
  const bare = bareNumber(text)
  if (EITHER.test(bare)) return 'either'
  const fits = { point: POINT.test(bare), comma: COMMA.test(bare) }
  if (fits.point === fits.comma) return null
  return fits.point ? 'point' : 'comma'
}
