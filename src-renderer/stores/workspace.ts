import type { WorkspaceState } from '@contract/workspace.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { client, toGraftError } from '../app/client.ts'
import { onResync } from '../app/connection.ts'
import type { GraftError } from '@contract/errors.ts'

/** The workspace of this window, its recents and the samples. */
export const useWorkspace = defineStore('workspace', () => {
  const state = shallowRef<WorkspaceState | null>(null)
  const error = shallowRef<GraftError | null>(null)
  /** What is being opened: a path or a sample's id. */
  const opening = shallowRef<string | null>(null)
  const isOpen = computed(() => state.value?.open === true)
  const name = computed(() => state.value?.name ?? null)

  async function load(): Promise<void> {
    try {
      state.value = await client.call('workspace.state', {})
      error.value = null
    } catch (caught) {
      error.value = toGraftError(caught)
    }
  }

  /** Throws GraftError: held by another window, not a workspace, made by a newer version. */
  async function open(source: string, create = false): Promise<void> {
    await opened(source, () => client.call('workspace.open', { source, create }))
  }

  async function openSample(id: string): Promise<void> {
    await opened(id, () => client.call('workspace.openSample', { id }))
  }

  async function opened(what: string, call: () => Promise<WorkspaceState>): Promise<void> {
    opening.value = what
    try {
      state.value = await call()
    } finally {
      opening.value = null
    }
  }

  async function close(): Promise<void> {
    state.value = await client.call('workspace.close', {})
  }

  async function forgetRecent(path: string): Promise<void> {
    state.value = await client.call('workspace.forgetRecent', { path })
  }

  client.on('workspace.changed', (next) => (state.value = next))
  onResync(() => void load())
  return { state, error, opening, isOpen, name, load, open, openSample, close, forgetRecent }
})
