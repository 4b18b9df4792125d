import type { SystemInfo } from '@contract/workspace.ts'
import { computed, type ComputedRef, type ShallowRef, shallowRef } from 'vue'
import { client } from '../../app/client.ts'
import { onResync } from '../../app/connection.ts'

const info = shallowRef<SystemInfo | null>(null)
let watching = false

/** What this computer and this workbench are, with the refused network attempts. Shared by rail, panel and dialogs. */
export function useBlocked(): {
  info: ShallowRef<SystemInfo | null>
  count: ComputedRef<number>
  refresh: () => Promise<void>
} {
  if (!watching) {
    watching = true
    void refresh()
    onResync(() => void refresh())
    // The page's own report is stored a moment later.
    document.addEventListener('securitypolicyviolation', () => window.setTimeout(() => void refresh(), 500))
  }
  return { info, count: computed(() => info.value?.blockedConnections.length ?? 0), refresh }
}

async function refresh(): Promise<void> {
  try {
    info.value = await client.call('system.info', {})
  } catch {
    // The connection banner says it.
  }
}
