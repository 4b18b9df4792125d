import type { FrozenProgram, FrozenStep } from '../../../src-main/learning/engine/frozen/frozen-program.ts'
import { convolutionWork, type LayerWork } from './layer-work.ts'

const KINDS: Readonly<Partial<Record<FrozenStep['kind'], string>>> = {
  add: 'element by element',
  multiply: 'element by element',
  lookup: 'element by element',
  maxPool: 'pooling',
  averagePool: 'pooling',
}

/** What each step of a program took.
 *  @param microseconds of each step, of all threads and images together */
export function frozenLayers(
  program: FrozenProgram,
  microseconds: readonly number[],
  images: number,
): readonly LayerWork[] {
  return program.steps.map((step, i) => ({ ...workOf(program, step), milliseconds: microseconds[i]! / 1000 / images }))
}

function workOf({ tensors }: FrozenProgram, step: FrozenStep): Omit<LayerWork, 'milliseconds'> {
  const [from, to] = [tensors[step.input]!, tensors[step.output]!]
  if (step.kind === 'convolution' || step.kind === 'depthwise') {
    return convolutionWork({
      kernel: step.size,
      groups: step.kind === 'depthwise' ? from.channels : step.groups,
      inputs: from.channels,
      outputs: to.channels,
      ...{ from: [from.height, from.width], to: [to.height, to.width] },
    })
  }
  const values = [from, to].reduce((sum, { height, width, channels }) => sum + height * width * channels, 0)
  return { kind: KINDS[step.kind] ?? 'input and output', side: null, operations: 0, values }
}
