import { basename } from 'node:path'
import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron'
import type { HostDialogs } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'
import type { Grants } from './grants.ts'

const MAX_TITLE = 200
const IMAGES = ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff', 'gif']

/** The system's own dialogs, one at a time; what the user chose goes to the page as a handle with a readable label. */
export function createDialogs(grants: Grants): HostDialogs {
  let isOpen = false
  return {
    async pick(kind, title) {
      if (isOpen) throw alreadyOpen()
      isOpen = true
      try {
        const path = await ask(dialogOptions(kind, title.slice(0, MAX_TITLE)))
        if (path === undefined) return { source: null, label: '' }
        return { source: grants.grant(path), label: basename(path) || path }
      } finally {
        isOpen = false
      }
    },
  }
}

async function ask(options: OpenDialogOptions): Promise<string | undefined> {
  const window = BrowserWindow.getFocusedWindow()
  const result = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
  return result.canceled ? undefined : result.filePaths[0]
}

function alreadyOpen(): GraftError {
  return new GraftError('E_INPUT', 'Expected one dialog at a time. Received: a second one while the first is open.', {
    fix: 'Answer or close the open dialog first.',
  })
}

function dialogOptions(kind: 'folder' | 'file' | 'image', title: string): OpenDialogOptions {
  if (kind === 'folder') return { title, properties: ['openDirectory', 'createDirectory'] }
  if (kind === 'image') return { title, properties: ['openFile'], filters: [{ name: 'Images', extensions: IMAGES }] }
  return { title, properties: ['openFile'] }
}
