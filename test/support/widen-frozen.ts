import { randomInt, type SeededRandom } from '../../src-main/base/seeded-random.ts'
import type { FrozenProgram, FrozenStep } from '../../src-main/learning/engine/frozen/frozen-program.ts'

type KernelStep = Extract<FrozenStep, { kind: 'convolution' | 'depthwise' }>

/** The same program with some of the tensors in 12 bits that may be: convolutions make and add them, 1x1 convolutions alone read them. Numbers mean about
 *  what they meant. */
export function widenFrozen(program: FrozenProgram, random: SeededRandom, share = 0.7): FrozenProgram {
  const { tensors, steps } = program
  const wide = new Map<number, number>()
  tensors.forEach(({ isFloat }, place) => {
    const makes = steps.filter(({ output }) => output === place)
    const isMade = makes.length === 1 && makes[0]!.kind === 'convolution'
    if (!isFloat && isMade && steps.every((step) => mayRead(step, place)) && random() < share)
      wide.set(place, randomInt(random, 16))
  })
  return {
    ...program,
    tensors: tensors.map((tensor, place) => {
      const more = wide.get(place)
      if (more === undefined) return tensor
      return { ...tensor, zeroPoint: tensor.zeroPoint * 16 + more, scale: tensor.scale / 16, isWide: true }
    }),
    steps: steps.map((step) => (isKernel(step) ? widened(step, wide) : step)),
  }
}

const isKernel = (step: FrozenStep): step is KernelStep => step.kind === 'convolution' || step.kind === 'depthwise'

function mayRead(step: FrozenStep, place: number): boolean {
  if (step.kind === 'convolution') return step.input !== place || step.size.every((side) => side === 1)
  const reads = [step.input, 'second' in step ? step.second : -1, step.kind === 'depthwise' ? step.added?.tensor : -1]
  return !reads.includes(place)
}

function widened(step: KernelStep, wide: ReadonlyMap<number, number>): KernelStep {
  const [up, more] = [wide.has(step.output) ? 16 : 1, wide.get(step.output) ?? 0]
  const down = wide.has(step.input) ? 16 : 1
  const { added, bias, multipliers } = step
  const addedScale = added === null ? 0 : (added.scale * up) / (wide.has(added.tensor) ? 16 : 1)
  return {
    ...step,
    bias: Int32Array.from(bias, (value) => value * down),
    multipliers: Float32Array.from(multipliers, (value) => (value * up) / down),
    low: step.low * up + (step.low === 0 ? 0 : more),
    high: step.high === 255 ? 256 * up - 1 : step.high * up + more,
    added: added === null ? null : { tensor: added.tensor, scale: Math.fround(addedScale) },
  }
}
