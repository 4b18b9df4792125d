import { type ContenderName, startContender } from './contender.ts'
import { networkFile, type Task } from './network-file.ts'
import type { Entry, Row, Setting } from './row.ts'

/** Rows of the dense head's table of features. */
const HELD = 4096
const train = { kind: 'train', precision: 'float32' } as const

/** Samples per second of workers that stay alive between rounds. */
export const rateRows: readonly Row[] = Object.freeze([
  rateRow(
    'mobilenet-train',
    'MobileNetV2, 96x96, batch 32, all layers trained, SGD with momentum',
    { ...train, network: 'mobilenet-train', batch: 32, batches: 12, samples: 384, optimizer: 'sgd' },
    { stock: 6, keras: 1.4, torch: 1.05 },
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
