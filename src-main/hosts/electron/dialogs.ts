import { basename } from 'node:path'
import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron'
import type { HostDialogs } from '../../base/ports.ts'
import type { Grants } from './grants.ts'

const IMAGES = ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff', 'gif']

/** The system's own dialogs; what the user chose goes to the page as a handle with a readable label. */
export function createDialogs(grants: Grants): HostDialogs {
  return {
    async pick(kind, title) {
      const options = dialogOptions(kind, title)
      const window = BrowserWindow.getFocusedWindow()
      const result =
        window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options)
      const path = result.canceled ? undefined : result.filePaths[0]
      if (path === undefined) return { source: null, label: '' }
      return { source: grants.grant(path), label: basename(path) || path }
    },
  }
}

function dialogOptions(kind: 'folder' | 'file' | 'image', title: string): OpenDialogOptions {
  if (kind === 'folder') return { title, properties: ['openDirectory', 'createDirectory'] }
  if (kind === 'image') return { title, properties: ['openFile'], filters: [{ name: 'Images', extensions: IMAGES }] }
  return { title, properties: ['openFile'] }
}
