/** A number as Python's float. */
export function float(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value)
}

/** One float, or a list of them. */
export function floats(values: number | readonly number[]): string {
  return typeof values === 'number' ? float(values) : `[${values.map(float).join(', ')}]`
}

/** A text between quotation marks; JSON's escapes are Python's, too. */
export const text = (value: string): string => JSON.stringify(value)

/** `(3, 3)`, and `3` where both are alike. */
export const both = ([first, second]: readonly [number, number]): string =>
  first === second ? String(first) : `(${first}, ${second})`

/** Arguments of a call; those that are null are left out. */
export function call(name: string, args: readonly (string | null)[]): string {
  return `${name}(${args.filter((each) => each !== null).join(', ')})`
}

/** An argument that is written only where it is not PyTorch's default. */
export const named = (name: string, value: string, standard: string): string | null =>
  value === standard ? null : `${name}=${value}`
