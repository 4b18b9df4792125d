import type { Events } from '@contract/index.ts'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { client } from '../app/client.ts'

export type RunWork = Events['runs.working']

/** What runs do between steps (features of the still part, before the first one), until they train on or stand still. */
export const useRunWork = defineStore('run-work', () => {
  const work = shallowReactive(new Map<string, RunWork>())
  client.on('runs.working', (event) => work.set(event.runId, event))
  client.on('runs.progressed', ({ runId }) => work.delete(runId))
  client.on('runs.changed', ({ runId, run }) => {
    if (run?.status !== 'running') work.delete(runId)
  })
  client.on('workspace.changed', () => work.clear())
  return { work }
})
