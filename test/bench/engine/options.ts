import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Measure Keras and PyTorch too. */
  readonly peers: boolean
  /** Two rounds, and only the rows that take seconds. */
  readonly quick: boolean
  /** Put the table into docs/benchmarks.md. */
  readonly write: boolean
  /** The only row that is measured, or the beginning of the names of some: `imports`; null: all. */
  readonly row: string | null
  readonly rounds: number
  /** Where the figures go as JSON; null: test/.artifacts. */
  readonly json: string | null
}

const ROUNDS = 5
const QUICK_ROUNDS = 2

/** Reads the arguments of `npm run bench`. Throws an Error that says what was expected. */
export function readOptions(args: readonly string[], rows: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      row: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'string' },
    },
  })
  const { peers, quick, write, row = null, json = null } = values
  if (row !== null && !rows.some((id) => isAskedFor(id, row))) {
    throw new Error(`Expected --row to be one of ${rows.join(', ')}. Received: ${row}.`)
  }
  if (write && (quick || row !== null)) {
    throw new Error('Expected --write with all rows in full: leave out --quick and --row.')
  }
  const rounds = values.rounds === undefined ? (quick ? QUICK_ROUNDS : ROUNDS) : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`Expected --rounds to be a whole number from 1. Received: ${values.rounds}.`)
  }
  return { peers, quick, write, row, rounds, json }
}

/** Whether a row is the one that was named, or one of several whose names begin so. */
export function isAskedFor(id: string, row: string): boolean {
  return id === row || id.startsWith(`${row}-`)
}
