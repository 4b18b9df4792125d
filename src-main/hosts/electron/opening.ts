import { basename, resolve } from 'node:path'
import { BrowserWindow } from 'electron'
import { isSamePath } from '../../base/disk/is-below.ts'
import type { Log } from '../../base/ports.ts'
import type { WorkspaceState } from '../../contract/workspace.ts'
import type { Workbench } from '../../core/workbench.ts'
import { APP_ADDRESS } from './addresses.ts'
import { dispatch } from './dispatch.ts'
import type { Grants } from './grants.ts'
import { ask } from './message-box.ts'
import { closeQuestion, workInProgress } from './work-in-progress.ts'

/** `graft DIR` or `graft --workspace DIR`. */
export function workspaceArgument(args: readonly string[]): string | undefined {
  const at = args.indexOf('--workspace')
  const folder = at >= 0 ? args[at + 1] : args.find((arg) => !arg.startsWith('-'))
  return folder === undefined ? undefined : resolve(folder)
}

export interface Opening {
  /** Opens the workspace that the app was started with; answers the page to begin with. */
  first(folder: string | undefined): Promise<string>
  /** ... that it was started with once more, in the window that is there. */
  again(folder: string | undefined): Promise<void>
}

export function createOpening(workbench: Workbench, grants: Grants, log: Log): Opening {
  const first = async (folder: string | undefined): Promise<string> => {
    if (folder === undefined) return APP_ADDRESS
    // A folder named at the start is chosen, like one of a dialog.
    const source = grants.grant(folder)
    const reply = await dispatch(workbench, 'workspace.open', { source, create: true })
    if (reply.ok) return `${APP_ADDRESS}#/data`
    log.warn('The workspace of the command line could not be opened.', { folder, ...reply.error })
    // The start screen tries it once more: it says why not, and what else can be done with the folder.
    const asked = new URLSearchParams({ open: source, label: basename(folder) || folder })
    return `${APP_ADDRESS}#/?${asked}`
  }
  const isOpen = async (folder: string): Promise<boolean> => {
    const state = await dispatch<WorkspaceState>(workbench, 'workspace.state', {})
    return state.ok && state.value.path !== null && isSamePath(state.value.path, folder)
  }
  return {
    first,
    async again(folder) {
      if (folder === undefined || (await isOpen(folder))) return
      const work = await workInProgress(workbench)
      if (work !== null && !(await ask(closeQuestion(work, `open “${basename(folder)}”`)))) return
      const address = await first(folder)
      const [window] = BrowserWindow.getAllWindows()
      // Only what follows the # changes: the page stays, and goes there.
      if (window !== undefined) await window.loadURL(address)
    },
  }
}
