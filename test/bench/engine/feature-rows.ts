import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import type { EntrantId } from './entrant.ts'
import type { Task } from './network-file.ts'
import { peakMemory } from './peak-memory.ts'
import { enterTask } from './rate-rows.ts'
import type { Row } from './row.ts'

interface Frozen {
  readonly id: string
  readonly name: string
  readonly network: Task['network']
  readonly batches: number
}

/** Batches of 32 per measurement: about a second each. */
const FROZEN: readonly Frozen[] = [
  { id: 'mobilenet', name: 'MobileNetV2, 96x96', network: 'mobilenet-features', batches: 40 },
  { id: 'lite0', name: 'EfficientNet-Lite0, 224x224', network: 'efficientnet-features', batches: 10 },
  { id: 'lite2', name: 'EfficientNet-Lite2, 260x260', network: 'efficientnet-lite2-features', batches: 6 },
]

const FLOATS = ['keras-float32', 'torch-float32', 'onnx-float32'] as const

type Against = Pick<Row, 'contenders' | 'goals' | 'bestOf'>

/** Who is measured beside Graft in a precision, and what is to be reached. Everyone's other precisions that a goal is about are measured in the
 *  same row, so that they share its rounds. */
const AGAINST: Readonly<Record<PrefixPrecision, Against>> = {
  float32: {
    contenders: ['graft', 'stock', 'keras', 'torch', 'onnx'],
    goals: { stock: 3, keras: 2.2 },
    bestOf: [{ named: 'the better of PyTorch and ONNX Runtime', of: ['torch', 'onnx'], times: 1 }],
  },
  bfloat16: {
    contenders: ['graft', 'stock', 'keras', 'torch'],
    goals: { stock: 5, keras: 4, torch: 1.05 },
  },
  int8: {
    contenders: ['graft', 'torch', 'onnx', 'torch-bfloat16', ...FLOATS],
    goals: { 'torch-bfloat16': 1.6 },
    bestOf: [{ named: 'the best float32 of any peer', of: FLOATS, times: 2.5 }],
  },
}

/** Frozen features a second, and the memory that they take. */
export const featureRows: readonly Row[] = Object.freeze([
  ...FROZEN.flatMap((frozen) => (['float32', 'bfloat16', 'int8'] as const).map((own) => rateOf(frozen, own))),
  ...FROZEN.map(memoryOf),
])

function rateOf(frozen: Frozen, own: PrefixPrecision): Row {
  return {
    id: `features-${frozen.id}-${own}`,
    title: `${frozen.name}, frozen features, ${own}`,
    unit: 'images/s',
    better: 'more',
    ...AGAINST[own],
    goal: null,
    mostRounds: Infinity,
    isLong: frozen.id === 'lite2',
    enter: (name, setting, precision) => enterTask(name, setting, taskOf(frozen, precision ?? own)),
  }
}

/** int8 may not take more than float32; the peers compute in the precision behind their names, without compiling. */
function memoryOf(frozen: Frozen): Row {
  const contenders: readonly EntrantId[] = ['graft', 'graft-bfloat16', 'graft-float32', 'torch-float32', 'onnx']
  return {
    id: `features-${frozen.id}-memory`,
    title: `${frozen.name}, peak memory of frozen features, int8`,
    unit: 'MB',
    better: 'less',
    contenders,
    goals: { 'graft-float32': 1 },
    goal: null,
    mostRounds: 1,
    isLong: true,
    enter: (name, setting, precision) => {
      const task = { ...taskOf(frozen, precision ?? 'int8'), batches: 4, isPlain: true }
      return Promise.resolve({ measure: () => peakMemory(name, setting, task), close: () => Promise.resolve() })
    },
  }
}

function taskOf({ network, batches }: Frozen, precision: PrefixPrecision): Task {
  return { kind: 'features', optimizer: 'sgd', batch: 32, network, batches, samples: batches * 32, precision }
}
