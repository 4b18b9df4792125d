import type { ContenderName } from './contender.ts'
import type { WorkerTask } from './worker.ts'

/** One row of the bench: the same work for every contender. */
export interface BenchRow {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly task: Omit<WorkerTask, 'network'> & { readonly network: string }
  /** Least ratio of Graft's figure to each contender's. */
  readonly goals: Partial<Record<ContenderName, number>>
}

const train = { kind: 'train', precision: 'float32' } as const
const features = { kind: 'features', optimizer: 'sgd', batch: 32 } as const
const FLOAT = { stock: 3, keras: 2.2, torch: 1 }
const LOW = { stock: 5, keras: 4, torch: 1.5 }

/** Rows of samples per second. */
export const ROWS: readonly BenchRow[] = Object.freeze([
  {
    id: 'mobilenet-train',
    title: 'MobileNetV2, 96x96, batch 32, all layers trained, SGD with momentum',
    unit: 'images/s',
    task: { ...train, network: 'mobilenet-train', batch: 32, batches: 12, optimizer: 'sgd' },
    goals: { stock: 6, keras: 1.4, torch: 1.05 },
  },
  {
    id: 'mobilenet-features',
    title: 'MobileNetV2, 96x96, frozen features, float32',
    unit: 'images/s',
    task: { ...features, network: 'mobilenet-features', batches: 40, precision: 'float32' },
    goals: FLOAT,
  },
  {
    id: 'efficientnet-features',
    title: 'EfficientNet-Lite0, 224x224, frozen features, float32',
    unit: 'images/s',
    task: { ...features, network: 'efficientnet-features', batches: 10, precision: 'float32' },
    goals: FLOAT,
  },
  {
    id: 'mobilenet-bfloat16',
    title: 'MobileNetV2, 96x96, frozen features, bfloat16',
    unit: 'images/s',
    task: { ...features, network: 'mobilenet-features', batches: 40, precision: 'bfloat16' },
    goals: LOW,
  },
  {
    id: 'efficientnet-bfloat16',
    title: 'EfficientNet-Lite0, 224x224, frozen features, bfloat16',
    unit: 'images/s',
    task: { ...features, network: 'efficientnet-features', batches: 10, precision: 'bfloat16' },
    goals: LOW,
  },
  {
    id: 'head',
    title: 'dense head on 1,280 cached features, batch 64, Adam',
    unit: 'rows/s',
    task: { kind: 'rows', precision: 'float32', network: 'head', batch: 64, batches: 1600, optimizer: 'adam' },
    goals: { stock: 8, keras: 5, torch: 1.5 },
  },
  {
    id: 'small-cnn',
    title: 'small CNN, 28x28, batch 64, Adam',
    unit: 'images/s',
    task: { ...train, network: 'small-cnn', batch: 64, batches: 100, optimizer: 'adam' },
    goals: { stock: 1.7, keras: 1.15, torch: 1.1 },
  },
])
