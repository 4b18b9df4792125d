import { readFileSync } from 'node:fs'
import type { FrozenProgram, FrozenStep } from '../../src-main/learning/engine/frozen/frozen-program.ts'

/** A small int8 program with what NumPy makes of one input of bytes (test/fixtures/reference/make-frozen.py). */
export interface FrozenCase {
  readonly name: string
  readonly program: FrozenProgram
  readonly input: Uint8Array
  readonly expected: Float32Array
}

interface Written {
  readonly name: string
  readonly program: FrozenProgram & { readonly steps: readonly Record<string, unknown>[] }
  readonly input: number[]
  readonly expected: number[]
}

const ARRAYS = {
  weights: Int8Array,
  bias: Int32Array,
  multipliers: Float32Array,
  table: Uint8Array,
  a: Float32Array,
  b: Float32Array,
} as const

/** One or several for every kind of step. */
export function frozenCases(): FrozenCase[] {
  const file = new URL('../fixtures/reference/frozen.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Written[] }
  return cases.map(({ name, program, input, expected }) => ({
    name,
    program: { ...program, steps: program.steps.map(revived) },
    input: Uint8Array.from(input),
    expected: Float32Array.from(expected),
  }))
}

function revived(step: Record<string, unknown>): FrozenStep {
  const entries = Object.entries(step).map(([key, value]) => {
    return [key, key in ARRAYS ? ARRAYS[key as keyof typeof ARRAYS].from(value as number[]) : value] as const
  })
  return Object.fromEntries(entries) as unknown as FrozenStep
}
