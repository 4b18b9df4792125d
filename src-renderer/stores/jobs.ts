import type { Job } from '@contract/workspace.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { client } from '../app/client.ts'
import { onResync } from '../app/connection.ts'
import { useToasts } from './toasts.ts'

const ENDED: readonly Job['status'][] = ['done', 'failed', 'cancelled']

export function hasEnded(job: Job): boolean {
  return ENDED.includes(job.status)
}

/** 0..1, or null while the total is not known. */
export function jobShare(job: Job): number | null {
  if (job.status === 'done') return 1
  return job.total === null || job.total <= 0 ? null : job.done / job.total
}

/** Imports, exports and predictions: what runs and what has ended in this session. */
export const useJobs = defineStore('jobs', () => {
  const list = shallowRef<readonly Job[]>([])
  const running = computed(() => list.value.filter((job) => !hasEnded(job)))
  const toasts = useToasts()

  async function load(): Promise<void> {
    try {
      list.value = await client.call('jobs.list', {})
    } catch (error) {
      toasts.fail(error)
    }
  }

  function put(job: Job): void {
    const known = list.value.some((one) => one.id === job.id)
    list.value = known ? list.value.map((one) => (one.id === job.id ? job : one)) : [job, ...list.value]
  }

  function get(id: string): Job | null {
    return list.value.find((job) => job.id === id) ?? null
  }

  async function cancel(jobId: string): Promise<void> {
    try {
      put(await client.call('jobs.cancel', { jobId }))
    } catch (error) {
      toasts.fail(error)
    }
  }

  /** Resolves with the job once it has ended, however it ended. */
  async function finished(jobId: string): Promise<Job> {
    const known = get(jobId) ?? (await client.call('jobs.get', { jobId }))
    put(known)
    if (hasEnded(known)) return known
    return new Promise((resolve) => {
      const settle = (job: Job): void => {
        if (job.id !== jobId || !hasEnded(job)) return
        off()
        offSync()
        resolve(job)
      }
      const off = client.on('jobs.changed', settle)
      const offSync = onResync(() => void client.call('jobs.get', { jobId }).then(settle, () => undefined))
    })
  }

  client.on('jobs.changed', put)
  onResync(() => void load())
  return { list, running, load, get, cancel, finished }
})
