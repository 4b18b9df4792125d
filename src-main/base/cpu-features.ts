import { readFileSync } from 'node:fs'

/** Whether this computer's CPU multiplies bfloat16 numbers natively. Linux tells; elsewhere the answer is no, since without
 *  such instructions bfloat16 is slower than float32. */
export function hasBfloat16(): boolean {
  return readsBfloat16(cpuFlags())
}

/** From the text of /proc/cpuinfo: AVX-512 BF16, AMX BF16, or Arm's BF16. */
export function readsBfloat16(cpuinfo: string): boolean {
  return /^(flags|Features)\s*:.*\b(avx512_bf16|amx_bf16|bf16)\b/m.test(cpuinfo)
}

/** Whether this computer's CPU multiplies bytes and sums four products at once (VNNI), for which Graft has kernels. Linux tells; elsewhere the answer is no. */
export function hasInt8(): boolean {
  return readsInt8(cpuFlags())
}

/** From the text of /proc/cpuinfo: AVX-512 VNNI, or AVX-VNNI of processors without AVX-512. */
export function readsInt8(cpuinfo: string): boolean {
  return /^flags\s*:.*\b(avx512_vnni|avx_vnni)\b/m.test(cpuinfo)
}

let known: string | null = null

function cpuFlags(): string {
  known ??= readFlags()
  return known
}

function readFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}
