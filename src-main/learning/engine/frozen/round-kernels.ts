import { setImmediate } from 'node:timers/promises'
import type { FrozenNodes } from './frozen-node.ts'
import type { StoredInput } from './input-step.ts'
import type { Kernel } from './kernel-node.ts'
import { quantise, type SeenValues } from './quantise.ts'
import type { KernelScales } from './quantise-kernel.ts'
import { roundedKernel } from './rounded-kernel.ts'
import type { SecondMoments } from './second-moments.ts'

/** Between two looks at messages. */
const TURN_MS = 50

export interface RoundingWatch {
  readonly isInterrupted: () => boolean
  /** After each kernel. */
  readonly onKernel: (done: number, total: number) => void
}

interface Waiting {
  readonly node: Kernel
  readonly scales: Pick<KernelScales, 'input' | 'inputChannels'>
}

/** Weights of kernels in whole numbers, by the kernel's name: of those that `moments` has, which are let go of one after the other. null when interrupted. */
export async function roundKernels(
  { whole, stored }: { readonly whole: FrozenNodes; readonly stored: StoredInput },
  moments: ReadonlyMap<string, SecondMoments>,
  seen: Omit<SeenValues, 'rounded'>,
  watch: RoundingWatch,
): Promise<Map<string, Int8Array> | null> {
  const waiting = kernelsOf(whole, stored, seen).filter(({ node }) => moments.has(node.name))
  const rounded = new Map<string, Int8Array>()
  for (const { node, scales } of waiting) {
    const own = moments.get(node.name)!
    const values = await inTurns(roundedKernel(node, scales, own), watch)
    if (values === null) return null
    own.release()
    rounded.set(node.name, values)
    watch.onKernel(rounded.size, waiting.length)
  }
  return rounded
}

/** Every kernel with the scales that its weights meet: they do not depend on how weights are rounded. */
function kernelsOf(whole: FrozenNodes, stored: StoredInput, seen: Omit<SeenValues, 'rounded'>): Waiting[] {
  const found: Waiting[] = []
  const rounded: SeenValues['rounded'] = (node, scales) => {
    found.push({ node, scales })
    return null
  }
  quantise(whole, stored, { ...seen, rounded })
  return found
}

/** Goes through work that pauses now and then, and lets messages through meanwhile; null when interrupted. */
async function inTurns<T>(work: Generator<void, T>, { isInterrupted }: RoundingWatch): Promise<T | null> {
  let since = performance.now()
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
    if (performance.now() - since < TURN_MS) continue
    await setImmediate()
    if (isInterrupted()) return null
    since = performance.now()
  }
}
