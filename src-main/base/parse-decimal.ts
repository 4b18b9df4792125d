const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** A number as people write it, 12, -0.5 or 1e-3; NaN for anything else, also for what JavaScript alone takes for one (0x10, an
 *  empty text). */
export function parseDecimal(text: string): number {
  const trimmed = text.trim()
  return DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN
}
