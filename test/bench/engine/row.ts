import type { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import type { ContenderName } from './contender.ts'
import { type EntrantId, entrantOf, isPeer } from './entrant.ts'
import { type BestOf, median, type Result } from './results.ts'
import type { Measured } from './worker.ts'

/** Where and how often the bench measures. */
export interface Setting {
  /** For networks, photographs and workspaces; removed at the end. */
  readonly folder: string
  /** Of the peers' environment; null: without peers. */
  readonly python: string | null
  readonly rounds: number
}

/** A contender that is ready for one row, warm-up done. */
export interface Entry {
  measure(): Promise<Measured>
  close(): Promise<void>
}

/** One line of the table: the same work for every contender. */
export interface Row {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** `more`: a larger figure is better; `less`: a smaller one. */
  readonly better: 'more' | 'less'
  readonly contenders: readonly EntrantId[]
  /** How many times better than a contender Graft is to be. */
  readonly goals: Partial<Record<EntrantId, number>>
  /** Goals against the best of several of them; default: none. */
  readonly bestOf?: readonly BestOf[]
  /** Figure of Graft itself that is to be reached; null: only its ratios count. */
  readonly goal: number | null
  /** Rows of minutes are repeated less often. */
  readonly mostRounds: number
  /** Left out of a quick bench. */
  readonly isLong: boolean
  /** @param precision other than the row's own; null: the row's own */
  enter(name: ContenderName, setting: Setting, precision: PrefixPrecision | null): Promise<Entry>
}

/** Measures a row's contenders in turn, round by round, so that a machine that slows down does so for all. A contender that
 *  fails is left out from there on, and the result says why. */
export async function measureRow(row: Row, setting: Setting): Promise<Result> {
  const rounds = Math.min(setting.rounds, row.mostRounds)
  const ids = row.contenders.filter((id) => setting.python !== null || !isPeer(entrantOf(id).name))
  const entries = new Map<EntrantId, Entry>()
  const values = new Map<EntrantId, number[]>()
  const notes: Result['notes'] = {}
  const failed: EntrantId[] = []
  const attempt = async (id: EntrantId, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      failed.push(id)
      notes[id] = `failed: ${error instanceof Error ? error.message : String(error)}`
      await entries.get(id)?.close()
      entries.delete(id)
      values.delete(id)
    }
  }
  for (const id of ids) {
    const { name, precision } = entrantOf(id)
    await attempt(id, async () => void entries.set(id, await row.enter(name, setting, precision)))
  }
  for (let round = 0; round < rounds; round++) {
    for (const [id, entry] of [...entries]) {
      await attempt(id, async () => {
        const { value, note } = await entry.measure()
        values.set(id, [...(values.get(id) ?? []), value])
        if (note !== undefined) notes[id] = note
      })
    }
  }
  for (const entry of entries.values()) await entry.close()
  const figures = Object.fromEntries([...values].map(([id, each]) => [id, median(each)]))
  const { id, title, unit, better, goals, bestOf = [], goal } = row
  return {
    ...{ id, title, unit, better, goals, bestOf, goal, rounds },
    ...{ figures, values: Object.fromEntries(values), notes, failed },
  }
}
