import type { BaseRef } from '@contract/spec.ts'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

interface Preparation {
  readonly jobId: string
  readonly base: BaseRef | null
}

/** Preparations of features that this window began, by dataset: a pause is remembered while one looks at another tab. */
export const usePreparations = defineStore('labelling-preparations', () => {
  const last = shallowRef<ReadonlyMap<string, Preparation>>(new Map())
  /** Datasets whose panel "Suggest labels" is open before anything was started. */
  const asking = ref<ReadonlySet<string>>(new Set())

  function began(datasetId: string, jobId: string, base: BaseRef | null): void {
    last.value = new Map([...last.value, [datasetId, { jobId, base }]])
    ask(datasetId, false)
  }

  /** A pause that was put away is an end. */
  function forget(datasetId: string): void {
    last.value = new Map([...last.value].filter(([id]) => id !== datasetId))
  }

  function ask(datasetId: string, open: boolean): void {
    const next = new Set(asking.value)
    if (open) next.add(datasetId)
    else next.delete(datasetId)
    asking.value = next
  }

  return {
    began,
    forget,
    ask,
    isAsking: (datasetId: string) => asking.value.has(datasetId),
    jobOf: (datasetId: string) => last.value.get(datasetId)?.jobId ?? null,
    baseOf: (datasetId: string) => last.value.get(datasetId)?.base ?? null,
  }
})
