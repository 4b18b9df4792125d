import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hasBfloat16, readsBfloat16 } from '../../../src-main/base/cpu-features.ts'

test.each([
  ['flags\t\t: fpu sse2 avx512f avx512_bf16 vaes', true],
  ['processor : 0\nflags : fpu amx_bf16 amx_tile', true],
  ['Features : fp asimd bf16 i8mm', true],
  ['flags : fpu sse2 avx2 avx512f', false],
  ['model name : a CPU named bf16', false],
  ['', false],
  ['flags:amx_bf16', true],
  ['flags : fpu_bf16 amx_bf16x', false],
  ['my flags : bf16', false],
])('%j: %s', (cpuinfo, expected) => expect(readsBfloat16(cpuinfo)).toBe(expected))

test('of this computer the system tells, and elsewhere the answer is no', () => {
  const told = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  expect([hasBfloat16(), hasBfloat16()]).toEqual([readsBfloat16(told), readsBfloat16(told)])
})
