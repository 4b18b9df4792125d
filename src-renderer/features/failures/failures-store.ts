import type { Failure } from '@contract/failures.ts'
import type { Job } from '@contract/workspace.ts'
import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef, watch } from 'vue'
import { client } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'
import { useToasts } from '../../stores/toasts.ts'
import { useWorkspace } from '../../stores/workspace.ts'

/** Background work that ended badly, until the user dismisses it. The workbench keeps the list: it is the same after a reload, in
 *  every window and on every screen. What a request refuses at once is a toast, or stands where it was asked. */
export const useFailures = defineStore('failures', () => {
  const workspace = useWorkspace()
  const toasts = useToasts()
  /** Newest first. */
  const list = shallowRef<readonly Failure[]>([])
  const total = shallowRef(0)
  /** id -> how many places of the present screen say it themselves. */
  const inPlace = shallowReactive(new Map<string, number>())
  const shown = computed(() => list.value.filter((failure) => !inPlace.has(failure.id)))
  /** How many the workbench has beyond those that it lists. */
  const unlisted = computed(() => total.value - list.value.length)
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    try {
      const answer = await client.call('failures.list', {})
      if (mine !== asked) return
      list.value = answer.failures
      total.value = answer.total
    } catch (error) {
      if (mine === asked) toasts.fail(error)
    }
  }

  async function dismiss(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids)
    const before = list.value.length
    list.value = list.value.filter((failure) => !gone.has(failure.id))
    total.value -= before - list.value.length
    try {
      await client.call('failures.dismiss', { ids: [...ids] })
    } catch (error) {
      toasts.fail(error)
      await load()
    }
  }

  /** Asks for the same once more. Answers the job that does it; null: a run has gone back into the queue. */
  async function retry({ jobId, runId }: Failure): Promise<Job | null> {
    if (jobId !== null) return client.call('jobs.retry', { jobId })
    if (runId !== null) await client.call('runs.resume', { runId })
    return null
  }

  /** A part of the screen says this failure itself: it is not said twice. Answers what takes that back. */
  function sayInPlace(id: string): () => void {
    inPlace.set(id, (inPlace.get(id) ?? 0) + 1)
    return () => {
      const left = (inPlace.get(id) ?? 1) - 1
      if (left > 0) inPlace.set(id, left)
      else inPlace.delete(id)
    }
  }

  client.on('failures.changed', () => void load())
  onResync(() => void load())
  watch(
    () => workspace.state?.path ?? null,
    () => {
      list.value = []
      total.value = 0
      void load()
    },
  )
  return { list, total, shown, unlisted, load, dismiss, retry, sayInPlace }
})
