import type { StudyDetail } from '@contract/studies.ts'
import { useRouter } from 'vue-router'
import { useBenchStore } from '../bench/bench-store.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useWorkspace } from '../../stores/workspace.ts'
import { adopted } from './study-draft.ts'

/** Opens the bench with an arm of the study. */
export function useAdopt(study: () => StudyDetail): (arm: number) => Promise<void> {
  const bench = useBenchStore()
  const router = useRouter()
  const toasts = useToasts()
  const workspace = useWorkspace()
  return async (index) => {
    const { spec, plan } = study()
    const arm = plan[index]
    if (arm === undefined) return
    const path = workspace.state?.path
    // Loading a workspace's bench brings its draft back, which would take the place of the arm.
    if (path && bench.status !== 'ready') await bench.load(path)
    bench.edit({ ...adopted(spec.base, arm), epochs: spec.budget.epochs })
    toasts.show(`“${arm.label}” stands on the bench`, { detail: 'Undo brings back what was there.' })
    await router.push('/bench')
  }
}
