import { readFileSync } from 'node:fs'

let known: boolean | null = null

/** Whether this computer's CPU multiplies bfloat16 numbers natively. Linux tells; elsewhere the answer is no, since without
 *  such instructions bfloat16 is slower than float32. */
export function hasBfloat16(): boolean {
  known ??= readsBfloat16(cpuFlags())
  return known
}

/** From the text of /proc/cpuinfo: AVX-512 BF16, AMX BF16, or Arm's BF16. */
export function readsBfloat16(cpuinfo: string): boolean {
  return /^(flags|Features)\s*:.*\b(avx512_bf16|amx_bf16|bf16)\b/m.test(cpuinfo)
}

function cpuFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return ''
  }
}
