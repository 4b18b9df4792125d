import type { Sources } from '@contract/workspace.ts'
import { shallowRef } from 'vue'
import { useBlocked } from '../features/settings/use-blocked.ts'
import { client } from './client.ts'

export type PickKind = 'folder' | 'file' | 'image'

export interface Picked {
  /** A SourceRef for the contract. */
  readonly source: string
  /** What to show: a path or a name. */
  readonly label: string
}

/** What was picked or dropped: of a drop it may be several, which are meant as one. */
export interface Given extends Omit<Picked, 'source'> {
  readonly source: Sources
}

export interface PickRequest {
  readonly kinds: readonly PickKind[]
  readonly title: string
  /** What the button says, e.g. "Open this folder". */
  readonly action: string
  /** A folder that does not exist yet may be named: it will be made. */
  readonly makes: boolean
  readonly answer: (picked: Picked | null) => void
}

/** What the in-app browser (features/start/FolderBrowser.vue, hosted by the app) is asked for. */
export const pickRequest = shallowRef<PickRequest | null>(null)

/** Asks for a file or folder: by the host's native dialog where there is one, else by the in-app browser.
 *  Null: the user closed it. `kinds`: what may be chosen; a native dialog takes the first. */
export async function pick(
  kinds: PickKind | readonly PickKind[],
  title: string,
  action = 'Choose',
  makes = false,
): Promise<Picked | null> {
  const list = typeof kinds === 'string' ? [kinds] : kinds
  const { info, refresh } = useBlocked()
  if (info.value === null) await refresh()
  if (info.value?.nativeDialogs === true) {
    const { source, label } = await client.call('system.pick', { kind: list[0] ?? 'folder', title })
    return source === null ? null : { source, label }
  }
  return new Promise((resolve) => {
    pickRequest.value?.answer(null)
    pickRequest.value = {
      kinds: list,
      title,
      action,
      makes,
      answer: (picked) => {
        pickRequest.value = null
        resolve(picked)
      },
    }
  })
}
