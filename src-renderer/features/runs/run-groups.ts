import type { Run } from '@contract/runs.ts'

export type RunRow =
  | { readonly kind: 'heading'; readonly key: string; readonly title: string; readonly count: number }
  | { readonly kind: 'run'; readonly key: string; readonly run: Run; readonly queuePlace: number | null }

/** The list's rows: what trains now, what waits (in its order), then everything else, newest first. */
export function groupRuns(runs: readonly Run[], search: string): RunRow[] {
  const found = runs.filter((run) => matchesSearch(run, search))
  const running = found.filter((run) => run.status === 'running')
  const waiting = found.filter((run) => run.status === 'queued').sort(byQueueOrder)
  const rest = found.filter((run) => run.status !== 'running' && run.status !== 'queued')
  return [
    ...section('Running', running, false),
    ...section('Queue', waiting, true),
    ...section(running.length + waiting.length > 0 ? 'Earlier' : 'Runs', rest, false),
  ]
}

function section(title: string, runs: readonly Run[], numbered: boolean): RunRow[] {
  if (runs.length === 0) return []
  const rows: RunRow[] = runs.map((run, index) => ({
    kind: 'run',
    key: run.id,
    run,
    queuePlace: numbered ? index : null,
  }))
  return [{ kind: 'heading', key: `heading:${title}`, title, count: runs.length }, ...rows]
}

/** Oldest first where the queue has no recorded order. */
export function byQueueOrder(a: Run, b: Run): number {
  const [left, right] = [a.queuePosition ?? Infinity, b.queuePosition ?? Infinity]
  return left === right ? a.createdAt.localeCompare(b.createdAt) : left - right
}

/** Every word of the search must occur in the run's name, strategy, base, dataset, status, tags or notes. */
export function matchesSearch(run: Run, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const text = searchText(run)
  return words.every((word) => text.includes(word))
}

/** Runs are replaced, never changed: their text is made once, and typing searches thousands without a pause. */
const texts = new WeakMap<Run, string>()

function searchText(run: Run): string {
  const known = texts.get(run)
  if (known !== undefined) return known
  const parts = [run.name, run.strategy, run.base, run.dataset.name, run.status, ...run.tags, run.notes]
  const text = parts.join('\n').toLowerCase()
  texts.set(run, text)
  return text
}
