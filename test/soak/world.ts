import { type SeededRandom, randomInt } from '../../src-main/base/seeded-random.ts'
import type { Run } from '../../src-main/contract/runs.ts'
import type { SoakApp } from './app.ts'

/** What must be there, kept beside the app and never read from it. */
export interface World {
  readonly app: SoakApp
  readonly random: SeededRandom
  /** Where sources are made. */
  readonly sources: string
  readonly workspace: string
  readonly datasets: Map<string, KnownDataset>
  readonly runs: Map<string, KnownRun>
  /** What a training of this data, length and seed ends with, however often it was broken off. */
  readonly results: Map<string, Run['metrics']>
  readonly counts: Counts
  /** Fills the disk of the workspace, and gives it back; null: it has no disk of its own here. */
  readonly disk: { fill(): void; free(): void } | null
  serial: number
}

export interface KnownDataset {
  readonly id: string
  readonly name: string
  readonly kind: 'table' | 'image'
  readonly column: string
  readonly classes: readonly string[]
  readonly itemIds: readonly number[]
  /** Labels in the order of `itemIds`, one entry per version that undo and redo walk over. */
  versions: (readonly (string | null)[])[]
  at: number
}

export interface KnownRun {
  readonly id: string
  readonly datasetId: string
  /** Its end, once it was seen; it never changes. */
  end: { readonly status: Run['status']; readonly metrics: Run['metrics'] } | null
  /** The user's last word: what it must not be doing after a restart. */
  wish: 'train' | 'pause' | 'stop'
}

export interface Counts {
  operations: number
  refusals: number
  trainerKills: number
  appKills: number
  groupSignals: number
  fullDisks: number
  clockShifts: number
  secondProcesses: number
  finishedRuns: number
  repeatedResults: number
}

export function emptyCounts(): Counts {
  return {
    operations: 0,
    refusals: 0,
    trainerKills: 0,
    appKills: 0,
    groupSignals: 0,
    fullDisks: 0,
    clockShifts: 0,
    secondProcesses: 0,
    finishedRuns: 0,
    repeatedResults: 0,
  }
}

export function pick<T>(random: SeededRandom, values: readonly T[]): T | undefined {
  return values[randomInt(random, Math.max(1, values.length))]
}

export function between(random: SeededRandom, least: number, most: number): number {
  return least + randomInt(random, most - least + 1)
}

export function labelsOf(dataset: KnownDataset): readonly (string | null)[] {
  return dataset.versions[dataset.at] ?? []
}
