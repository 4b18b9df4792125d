import { expect, test } from 'vitest'
import { readsBfloat16 } from '../../../src-main/base/cpu-features.ts'

test.each([
  ['flags\t\t: fpu sse2 avx512f avx512_bf16 vaes', true],
  ['processor : 0\nflags : fpu amx_bf16 amx_tile', true],
  ['Features : fp asimd bf16 i8mm', true],
  ['flags : fpu sse2 avx2 avx512f', false],
  ['model name : a CPU named bf16', false],
  ['', false],
])('%j: %s', (cpuinfo, expected) => expect(readsBfloat16(cpuinfo)).toBe(expected))
