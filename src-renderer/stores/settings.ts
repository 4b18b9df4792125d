import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { client } from '../app/client.ts'
import { useToasts } from './toasts.ts'

/** Free-form settings of the window, kept per user by the workbench. Keys are `<part>.<what>`: "theme", "runs.columns". */
export const useSettings = defineStore('settings', () => {
  const values = shallowRef<Readonly<Record<string, unknown>>>({})
  const loaded = shallowRef(false)
  const toasts = useToasts()

  async function load(): Promise<void> {
    try {
      values.value = await client.call('system.settings', {})
    } catch (error) {
      toasts.fail(error)
    }
    loaded.value = true
  }

  /** Reactive: a computed that calls it follows the setting. */
  function get<T>(key: string, fallback: T): T {
    const value = values.value[key]
    return value === undefined || value === null ? fallback : (value as T)
  }

  /** Shown at once and stored in the background; null goes back to the default. */
  async function set(key: string, value: unknown): Promise<void> {
    const next: Record<string, unknown> = { ...values.value, [key]: value }
    if (value === null) delete next[key]
    values.value = next
    try {
      await client.call('system.setSetting', { key, value })
    } catch (error) {
      toasts.fail(error)
    }
  }

  return { values, loaded, load, get, set }
})
