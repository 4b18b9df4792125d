import { existsSync, readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import {
  hasBfloat16,
  hasInt8,
  int8Refusal,
  maskedCpuFlags,
  readsBfloat16,
  readsInt8,
} from '../../../src-main/base/cpu-features.ts'

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

afterEach(() => {
  delete process.env['GRAFT_CPU_WITHOUT']
  delete process.env['GRAFT_FROZEN']
})

test.each([
  ['flags : fpu avx512f avx512_vnni', true],
  ['flags : fpu avx2 avx_vnni', true],
  ['flags : fpu avx2 avx512f avx512_vbmi2', false],
  ['model name : avx_vnni', false],
  ['Features : fp asimd i8mm', false],
])('int8 by %j: %s', (cpuinfo, expected) => expect(readsInt8(cpuinfo)).toBe(expected))

test('a CPU without the instructions, by name, refuses in words, and what else it has stays', () => {
  process.env['GRAFT_CPU_WITHOUT'] = 'avx512_vnni, avx_vnni'
  expect(maskedCpuFlags()).toEqual(['avx512_vnni', 'avx_vnni'])
  expect(int8Refusal()).toContain('CPU does not multiply int8 numbers')
  expect(hasInt8()).toBe(false)
  const told = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  expect(hasBfloat16()).toBe(readsBfloat16(told))
  process.env['GRAFT_CPU_WITHOUT'] = 'avx512_bf16 amx_bf16 bf16'
  expect(hasBfloat16()).toBe(false)
})

const hasVnni = existsSync('/proc/cpuinfo') && readsInt8(readFileSync('/proc/cpuinfo', 'utf8'))
test.skipIf(!hasVnni)('int8 takes the kernels, too: turned off, it is refused with what turned them off', () => {
  process.env['GRAFT_FROZEN'] = 'off'
  expect(int8Refusal()).toBe('GRAFT_FROZEN=off turns Graft’s native kernels off')
})
