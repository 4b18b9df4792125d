import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ContenderName, startContender } from './contender.ts'
import { NETWORKS } from './networks.ts'
import type { Entry, Row, Setting } from './row.ts'
import type { WorkerTask } from './worker.ts'

/** What a worker is to do, the network by its name in networks.ts. */
export type Task = WorkerTask & { readonly network: keyof typeof NETWORKS }

/** Rows of the dense head's table of features. */
const HELD = 4096
const train = { kind: 'train', precision: 'float32' } as const
const features = { kind: 'features', optimizer: 'sgd', batch: 32 } as const
const FLOAT = { stock: 3, keras: 2.2, torch: 1 }
const LOW = { stock: 5, keras: 4, torch: 1.5 }

/** Samples per second of workers that stay alive between rounds. */
export const rateRows: readonly Row[] = Object.freeze([
  rateRow(
    'mobilenet-train',
    'MobileNetV2, 96x96, batch 32, all layers trained, SGD with momentum',
    { ...train, network: 'mobilenet-train', batch: 32, batches: 12, samples: 384, optimizer: 'sgd' },
    { stock: 6, keras: 1.4, torch: 1.05 },
  ),
  rateRow(
    'mobilenet-features',
    'MobileNetV2, 96x96, frozen features, float32',
    { ...features, network: 'mobilenet-features', batches: 40, samples: 1280, precision: 'float32' },
    FLOAT,
  ),
  rateRow(
    'efficientnet-features',
    'EfficientNet-Lite0, 224x224, frozen features, float32',
    { ...features, network: 'efficientnet-features', batches: 10, samples: 320, precision: 'float32' },
    FLOAT,
  ),
  rateRow(
    'mobilenet-bfloat16',
    'MobileNetV2, 96x96, frozen features, bfloat16',
    { ...features, network: 'mobilenet-features', batches: 40, samples: 1280, precision: 'bfloat16' },
    LOW,
  ),
  rateRow(
    'efficientnet-bfloat16',
    'EfficientNet-Lite0, 224x224, frozen features, bfloat16',
    { ...features, network: 'efficientnet-features', batches: 10, samples: 320, precision: 'bfloat16' },
    LOW,
  ),
  rateRow(
    'head',
    'dense head on 1,280 cached features, batch 64, Adam',
    { kind: 'rows', precision: 'float32', network: 'head', batch: 64, batches: 1600, samples: HELD, optimizer: 'adam' },
    { stock: 8, keras: 5, torch: 1.5 },
  ),
  rateRow(
    'small-cnn',
    'small CNN, 28x28, batch 64, Adam',
    { ...train, network: 'small-cnn', batch: 64, batches: 100, samples: 6400, optimizer: 'adam' },
    { stock: 1.7, keras: 1.15, torch: 1.1 },
  ),
])

function rateRow(id: string, title: string, task: Task, goals: Row['goals']): Row {
  return {
    id,
    title,
    unit: task.kind === 'rows' ? 'rows/s' : 'images/s',
    better: 'more',
    contenders: ['graft', 'stock', 'keras', 'torch'],
    goals,
    goal: null,
    mostRounds: Infinity,
    isLong: false,
    enter: (name, setting) => enterTask(name, setting, task),
  }
}

/** Starts a contender and has it prepare a task. */
export async function enterTask(name: ContenderName, { folder, python }: Setting, task: Task): Promise<Entry> {
  const contender = startContender(name, python ?? '')
  try {
    // Stock tfjs-node is slow enough for fewer batches, which its rate does not depend on.
    const part = name === 'stock' ? Math.max(2, Math.ceil(task.batches / 4)) : task.batches
    const samples = Math.min(task.samples, part * task.batch)
    await contender.prepare({ ...task, batches: part, samples, network: networkFile(folder, task.network) })
    return contender
  } catch (error) {
    await contender.close()
    throw error
  }
}

/** Writes a network's description where every contender can read it. */
export function networkFile(folder: string, name: keyof typeof NETWORKS): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(NETWORKS[name]!()))
  return file
}
