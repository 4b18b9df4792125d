import type { PrecisionReport } from '@contract/precision.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { onScopeDispose, shallowRef, type ShallowRef, watch } from 'vue'
import { client } from '../../app/client.ts'
import { latestWins } from '../bench/latest-wins.ts'
import { usePrecisionStore, withoutPrecision } from './precision-store.ts'

const ASK_DELAY_MS = 120

/** What was measured for a spec, kept true while spec and dataset change; null: nothing yet, or it is not known yet. */
export function usePrecisionReport(
  spec: () => ExperimentSpecInput,
  datasetVersion: () => number | null,
): { report: ShallowRef<PrecisionReport | null>; isAsking: ShallowRef<boolean> } {
  const store = usePrecisionStore()
  const report = shallowRef<PrecisionReport | null>(null)
  const isAsking = shallowRef(true)
  const say = (found: PrecisionReport | null): void => {
    report.value = found
    isAsking.value = false
  }
  const asking = latestWins(
    (of: ExperimentSpecInput) => client.call('precision.report', { spec: of }),
    {
      answer: (answer) => say(answer.report),
      // A spec that cannot be planned has none: the plan says what is wrong with it.
      error: () => say(null),
    },
    ASK_DELAY_MS,
  )

  watch(
    () => JSON.stringify([withoutPrecision(spec()), datasetVersion(), store.revision]),
    () => asking.ask(withoutPrecision(spec())),
    { immediate: true },
  )
  onScopeDispose(asking.stop)
  return { report, isAsking }
}
