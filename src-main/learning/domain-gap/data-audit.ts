import type { PixelStatistics } from '../../contract/datasets.ts'
import type { Manifest } from '../../contract/trainer.ts'
import type { SplitName, TrainingData } from '../engine/data/training-data.ts'
import type { StagedRun } from '../engine/run/staged-run.ts'
import { someRows } from './target-data.ts'

/** What is in one dataset, as it is stored. */
export interface DatasetAudit {
  readonly name: string
  readonly items: number
  readonly splits: Readonly<Record<SplitName, number>>
  /** Per channel of the network's input, at its size, 0..255; null: no images. */
  readonly pixels: PixelStatistics | null
  /** Labelled items per class of the head that is audited; empty without one. */
  readonly classCounts: readonly number[]
}

export interface DataAudit {
  readonly source: DatasetAudit
  readonly target: DatasetAudit
  readonly classes: readonly string[]
  /** Items of the target whose content is in the source, too. */
  readonly shared: number
}

interface Dataset {
  readonly data: TrainingData
  readonly manifest: Manifest
}

/** Images that are looked at of each dataset. */
const LOOKED_AT = 500

/** Value range, mean and spread per channel, size, class shares and common items of the run's dataset and another one. */
export async function dataAudit(run: StagedRun, other: Dataset): Promise<DataAudit> {
  const { main, manifest } = run
  const head = main.heads.findIndex(({ type }) => type === 'classification')
  const hashes = new Set(main.data.hashes)
  return {
    source: await auditOf(run, { data: main.data, manifest }, head),
    target: await auditOf(run, other, head),
    classes: head === -1 ? [] : main.heads[head]!.classes,
    shared: other.data.hashes.filter((hash) => hashes.has(hash)).length,
  }
}

async function auditOf({ main, spec }: StagedRun, { data, manifest }: Dataset, head: number): Promise<DatasetAudit> {
  const count = (split: SplitName) => manifest.items.filter((item) => item.split === split).length
  const classCounts = new Array<number>(head === -1 ? 0 : main.heads[head]!.classes.length).fill(0)
  for (const value of data.targets[head] ?? []) if (!Number.isNaN(value)) classCounts[value]! += 1
  return {
    name: manifest.dataset.name,
    items: manifest.items.length,
    splits: { train: count('train'), validation: count('validation'), test: count('test') },
    pixels: await pixelsOf(data, spec.seed),
    classCounts,
  }
}

async function pixelsOf({ samples, rows, unlabelled }: TrainingData, seed: number): Promise<PixelStatistics | null> {
  if (samples.storage !== 'uint8') return null
  const looked = someRows([...rows.train, ...unlabelled], LOOKED_AT, seed)
  const values = await samples.load(looked, null)
  const channels = samples.shape.at(-1)!
  const of = (c: number) => {
    let [min, max, sum, squares] = [Infinity, -Infinity, 0, 0]
    for (let i = c; i < values.length; i += channels) {
      const value = values[i]!
      min = Math.min(min, value)
      max = Math.max(max, value)
      sum += value
      squares += value * value
    }
    const mean = (sum * channels) / values.length
    return { min, max, mean, std: Math.sqrt(Math.max(0, (squares * channels) / values.length - mean * mean)) }
  }
  const each = Array.from({ length: channels }, (_, c) => of(c))
  return {
    images: looked.length,
    min: each.map(({ min }) => min),
    max: each.map(({ max }) => max),
    mean: each.map(({ mean }) => mean),
    std: each.map(({ std }) => std),
  }
}
