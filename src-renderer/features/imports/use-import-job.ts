import type { Job } from '@contract/workspace.ts'
import { computed, type ComputedRef, ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useJobs } from '../../stores/jobs.ts'
import { useToasts } from '../../stores/toasts.ts'

interface ImportEnds {
  /** The dialog. */
  readonly open: Ref<boolean>
  /** Brings the list up to date with what has arrived. */
  readonly load: () => Promise<unknown>
  /** Where what has arrived is shown. */
  readonly placeOf: (job: Job) => string
  /** What else there is to say to whoever has waited for it; '': nothing. */
  readonly wordsOf?: (job: Job, name: string) => string
}

/** The job of an import dialog. It goes on when the dialog is closed, and then says where to look when it is over. */
export function useImportJob({ open, load, placeOf, wordsOf = () => '' }: ImportEnds): {
  job: ComputedRef<Job | null>
  starting: Ref<boolean>
  start: (begin: () => Promise<{ jobId: string }>, name: string) => Promise<void>
  forget: () => void
} {
  const jobs = useJobs()
  const toasts = useToasts()
  const router = useRouter()
  const jobId = ref<string | null>(null)
  const starting = ref(false)

  async function start(begin: () => Promise<{ jobId: string }>, name: string): Promise<void> {
    starting.value = true
    try {
      const reply = await begin()
      jobId.value = reply.jobId
      void follow(reply.jobId, name)
    } finally {
      starting.value = false
    }
  }

  async function follow(id: string, name: string): Promise<void> {
    const ended = await jobs.finished(id)
    if (ended.status !== 'done') return
    const isHere = open.value && jobId.value === id
    await load()
    const show = (): void => void router.push(placeOf(ended))
    if (!isHere) return toasts.show(`“${name}” is imported.`, { tone: 'action', action: { label: 'Show', run: show } })
    const words = wordsOf(ended, name)
    if (words !== '') toasts.show(words)
    open.value = false
    show()
  }

  return {
    job: computed(() => (jobId.value === null ? null : jobs.get(jobId.value))),
    starting,
    start,
    forget: () => (jobId.value = null),
  }
}
