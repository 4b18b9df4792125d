import type { ContenderName } from './contender.ts'
import { median, type Result } from './results.ts'
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
  readonly contenders: readonly ContenderName[]
  /** How many times better than a contender Graft is to be. */
  readonly goals: Partial<Record<ContenderName, number>>
  /** Figure of Graft itself that is to be reached; null: only its ratios count. */
  readonly goal: number | null
  /** Rows of minutes are repeated less often. */
  readonly mostRounds: number
  /** Left out of a quick bench. */
  readonly isLong: boolean
  enter(name: ContenderName, setting: Setting): Promise<Entry>
}

/** Measures a row's contenders in turn, round by round, so that a machine that slows down does so for all. A contender that
 *  fails is left out from there on, and the result says why. */
export async function measureRow(row: Row, setting: Setting): Promise<Result> {
  const rounds = Math.min(setting.rounds, row.mostRounds)
  const isPeer = (name: ContenderName) => name === 'keras' || name === 'torch'
  const names = row.contenders.filter((name) => setting.python !== null || !isPeer(name))
  const entries = new Map<ContenderName, Entry>()
  const values = new Map<ContenderName, number[]>()
  const notes: Result['notes'] = {}
  const failed: ContenderName[] = []
  const attempt = async (name: ContenderName, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      failed.push(name)
      notes[name] = `failed: ${error instanceof Error ? error.message : String(error)}`
      await entries.get(name)?.close()
      entries.delete(name)
      values.delete(name)
    }
  }
  for (const name of names) await attempt(name, async () => void entries.set(name, await row.enter(name, setting)))
  for (let round = 0; round < rounds; round++) {
    for (const [name, entry] of [...entries]) {
      await attempt(name, async () => {
        const { value, note } = await entry.measure()
        values.set(name, [...(values.get(name) ?? []), value])
        if (note !== undefined) notes[name] = note
      })
    }
  }
  for (const entry of entries.values()) await entry.close()
  const figures = Object.fromEntries([...values].map(([name, each]) => [name, median(each)]))
  const { id, title, unit, better, goals, goal } = row
  return { id, title, unit, better, goals, goal, rounds, figures, values: Object.fromEntries(values), notes, failed }
}
