export interface NumberRules {
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly step?: number | undefined
  readonly log?: boolean | undefined
  readonly integer?: boolean | undefined
  readonly optional?: boolean | undefined
}

/** The value after one press of an arrow. `log` walks 1, 2, 5, 10 ... so that 0.001 and 0.1 are a few presses apart. */
export function stepNumber(value: number, direction: 1 | -1, rules: NumberRules): number {
  const stepped =
    rules.log && value > 0 ? stepLog(value, direction) : value + direction * (rules.step ?? (rules.integer ? 1 : 0.1))
  const rounded = Number(stepped.toPrecision(10))
  return clamp(rules.integer ? Math.round(rounded) : rounded, rules)
}

function stepLog(value: number, direction: 1 | -1): number {
  const ladder = [1, 2, 5, 10]
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  const lead = value / power
  if (direction > 0) return (ladder.find((step) => step > lead * 1.0001) ?? 10) * power
  const below = ladder.findLast((step) => step < lead * 0.9999)
  return below === undefined ? 0.5 * power : below * power
}

/** Reads what was typed. null: empty. A string: the sentence that says what is wrong. */
export function parseNumber(text: string, rules: NumberRules): number | null | string {
  const tidy = text.trim().replace(/−/g, '-').replace(',', '.')
  if (tidy === '') return rules.optional ? null : `Enter ${kindOf(rules)}.`
  const value = Number(tidy)
  // JavaScript takes 0x10 for a number, too; who types it made a slip.
  if (!Number.isFinite(value) || /^[+-]?0[xob]/i.test(tidy))
    return `Expected ${kindOf(rules)}. Received: ${text.trim()}.`
  if (rules.integer && !Number.isInteger(value)) return 'Expected a whole number.'
  if (rules.min !== undefined && value < rules.min) return rangeText(rules)
  if (rules.max !== undefined && value > rules.max) return rangeText(rules)
  return value
}

function clamp(value: number, rules: NumberRules): number {
  return Math.min(rules.max ?? Infinity, Math.max(rules.min ?? -Infinity, value))
}

function kindOf(rules: NumberRules): string {
  return rules.integer ? 'a whole number' : 'a number'
}

function rangeText({ min, max }: NumberRules): string {
  if (min !== undefined && max !== undefined) return `Between ${min} and ${max}.`
  return min === undefined ? `At most ${max}.` : `At least ${min}.`
}
