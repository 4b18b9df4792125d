import type { Dataset, LabelValue } from '@contract/datasets.ts'
import type { RequestOutput } from '@contract/index.ts'
import type { LabelMark, SuspiciousLabel } from '@contract/labelling.ts'
import { computed, type ComputedRef, ref, type Ref, shallowRef, watch } from 'vue'
import { client } from '../../app/client.ts'
import { useToasts } from '../../stores/toasts.ts'
import { formatPercent } from '../../ui/format.ts'
import { type Answer, useAnswer } from './use-answer.ts'
import { useAuditEdits } from './use-audit-edits.ts'
import type { Decision, Pair, Verdict } from './verdicts.ts'

type Found = RequestOutput<'labelling.suspicious'>

export interface Doubts {
  readonly answer: Answer<Found>
  readonly pairs: ComputedRef<readonly Pair[]>
  /** Labels have changed since the list was made. */
  readonly stale: Ref<boolean>
  readonly looked: ComputedRef<number>
  decide(item: number, decision: Decision): Promise<void>
  /** Takes the last decision of this list back; answers its item. */
  undo(): Promise<number | null>
}

interface Step {
  readonly row: SuspiciousLabel
  readonly mark: LabelMark | null
  /** The version that taking the label made; null: only a mark was set. */
  readonly version: number | null
}

/** As many as a person looks through. */
const LISTED = 1000

/** Labels that are probably wrong. The list stays while one goes through it: what was decided is seen in marks and labels. */
export function useDoubts(dataset: () => Dataset, column: () => string): Doubts {
  const datasetId = dataset().id
  const edits = useAuditEdits(dataset)
  const toasts = useToasts()
  const stale = ref(false)
  const marks = shallowRef<ReadonlyMap<number, LabelMark>>(new Map())
  const labels = shallowRef<ReadonlyMap<number, string | null>>(new Map())
  const steps: Step[] = []
  const answer = useAnswer(datasetId, async () => {
    const found = await client.call('labelling.suspicious', { datasetId, column: column(), count: LISTED, kept: true })
    await refresh(found.labels)
    steps.length = 0
    stale.value = false
    return found
  })
  const rows = computed(() => answer.value.value?.labels ?? [])

  async function refresh(of: readonly SuspiciousLabel[]): Promise<void> {
    const ids = of.map(({ item }) => item)
    const { kept, unsure } = await client.call('labelling.marks', { datasetId, column: column() })
    marks.value = new Map([...kept.map((id) => [id, 'kept'] as const), ...unsure.map((id) => [id, 'unsure'] as const)])
    if (ids.length === 0) return
    const { items } = await client.call('datasets.items', { datasetId, filter: { ids }, offset: 0, limit: LISTED })
    labels.value = new Map(items.map((item) => [item.id, text(item.labels[column()])]))
  }

  function verdict(row: SuspiciousLabel): Verdict {
    const now = labels.value.get(row.item)
    if (now === row.suggested) return 'taken'
    if (now !== undefined && now !== row.given) return 'otherwise'
    return marks.value.get(row.item) ?? 'open'
  }

  async function mark(row: SuspiciousLabel, mark: LabelMark | null): Promise<void> {
    await client.call('labelling.mark', { datasetId, column: column(), itemIds: [row.item], mark })
    const next = new Map(marks.value)
    if (mark === null) next.delete(row.item)
    else next.set(row.item, mark)
    marks.value = next
  }

  async function decide(item: number, wanted: Decision): Promise<void> {
    const row = rows.value.find((one) => one.item === item)
    if (row === undefined) return
    const before = verdict(row)
    if (before === wanted) return
    try {
      let version: number | null = null
      if (wanted === 'taken' || before === 'taken' || before === 'otherwise') {
        const value = wanted === 'taken' ? row.suggested : row.given
        version = (await edits.label(column(), row.item, value))?.dataset.version ?? null
        if (version === null) return
        labels.value = new Map([...labels.value, [row.item, value]])
      }
      steps.push({ row, mark: before === 'kept' || before === 'unsure' ? before : null, version })
      if (wanted !== 'taken') await mark(row, wanted)
    } catch (problem) {
      toasts.fail(problem)
    }
  }

  async function undo(): Promise<number | null> {
    const step = steps.pop()
    if (step === undefined) return null
    try {
      // Another change since then is not ours to take back: the label alone is set as it was.
      if (step.version === dataset().version) await edits.undo()
      else if (step.version !== null) await edits.label(column(), step.row.item, step.row.given)
      await mark(step.row, step.mark)
      await refresh(rows.value)
    } catch (problem) {
      toasts.fail(problem)
    }
    return step.row.item
  }

  watch(column, () => void answer.load(), { immediate: true })
  watch(
    () => dataset().version,
    () => {
      stale.value = true
      void refresh(rows.value).catch((problem) => toasts.fail(problem))
    },
  )
  const pairs = computed(() =>
    rows.value.map((row): Pair => {
      const { item, path, split, given: first, suggested: second, score } = row
      return { item, path, split, first, second, note: `${formatPercent(score, 0)} doubt`, verdict: verdict(row) }
    }),
  )
  const looked = computed(() => pairs.value.filter((pair) => pair.verdict !== 'open').length)
  return { answer, pairs, stale, looked, decide, undo }
}

function text(label: LabelValue | undefined): string | null {
  return label === null || label === undefined ? null : String(label)
}
