import { BrowserWindow, dialog, type MessageBoxOptions } from 'electron'

export interface Question {
  readonly message: string
  readonly detail: string
  /** The first is the default, the second is what closing the box means. */
  readonly buttons: readonly [string, string]
  readonly type: 'question' | 'warning' | 'error'
}

/** Asks in the system's own box, on the window where there is one; true: the first button. `signal` takes the box away, which
 *  counts as the second. */
export async function ask({ buttons, ...text }: Question, signal?: AbortSignal): Promise<boolean> {
  const options: MessageBoxOptions = {
    ...text,
    title: 'Graft',
    buttons: [...buttons],
    defaultId: 0,
    cancelId: 1,
    // Windows would make large links of the buttons.
    noLink: true,
    ...(signal === undefined ? {} : { signal }),
  }
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized()) window.restore()
  const answer =
    window === undefined ? await dialog.showMessageBox(options) : await dialog.showMessageBox(window, options)
  return answer.response === 0
}
