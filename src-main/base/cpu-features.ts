import { readFileSync } from 'node:fs'
import { frozenAddon } from './frozen-addon.ts'

/** Whether this computer's CPU multiplies bfloat16 numbers natively. Linux tells; elsewhere the answer is no, since without
 *  such instructions bfloat16 is slower than float32. */
export function hasBfloat16(): boolean {
  return readsBfloat16(cpuFlags())
}

/** From the text of /proc/cpuinfo: AVX-512 BF16, AMX BF16, or Arm's BF16. */
export function readsBfloat16(cpuinfo: string): boolean {
  return /^(flags|Features)\s*:.*\b(avx512_bf16|amx_bf16|bf16)\b/m.test(cpuinfo)
}

/** Whether frozen parts can be computed in int8 here. */
export function hasInt8(): boolean {
  return int8Refusal() === null
}

/** Why frozen parts cannot be computed in int8 on this computer, as the end of a sentence; null: they can. It takes a CPU that multiplies bytes and sums four
 *  products at once (VNNI; Linux tells, elsewhere the answer is no), and Graft's native kernels. */
export function int8Refusal(): string | null {
  if (!readsInt8(cpuFlags())) {
    return 'this computer’s CPU does not multiply int8 numbers four at a time (VNNI)'
  }
  return frozenAddon().absence
}

/** From the text of /proc/cpuinfo: AVX-512 VNNI, or AVX-VNNI of processors without AVX-512. */
export function readsInt8(cpuinfo: string): boolean {
  return /^flags\s*:.*\b(avx512_vnni|avx_vnni)\b/m.test(cpuinfo)
}

/** Instructions that Graft is to do without, by Linux' names of them, so that one computer can be tested as another: GRAFT_CPU_WITHOUT=avx512_vnni,avx_vnni. */
export function maskedCpuFlags(): string[] {
  return (process.env['GRAFT_CPU_WITHOUT'] ?? '').split(/[\s,]+/).filter((flag) => flag !== '')
}

let known: string | null = null

function cpuFlags(): string {
  known ??= readFlags()
  const masked = new Set(maskedCpuFlags())
  return masked.size === 0 ? known : known.replaceAll(/\w+/g, (word) => (masked.has(word) ? '' : word))
}

function readFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}
