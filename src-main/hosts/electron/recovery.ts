import { app, type BrowserWindow, type RenderProcessGoneDetails } from 'electron'
import type { Log } from '../../base/ports.ts'
import { isAppAddress } from './addresses.ts'
import { ask } from './message-box.ts'

/** A page that ends more often than this within a minute is not drawn again without a word. */
const DEATHS = 3
const WITHIN_MS = 60_000

/**
 * Draws a page again whose process has ended: the store has lost nothing, and the address says which screen it was. One that
 * dies again and again, does not load or does not answer is told of. What runs in the background runs on.
 */
export function keepDrawn(window: BrowserWindow, log: Log): void {
  const contents = window.webContents
  let deaths: number[] = []
  const draw = (): void => {
    // Not within the event: Chromium is still taking the dead process apart.
    setImmediate(() => !window.isDestroyed() && contents.reload())
  }
  const give = async (message: string, why: string): Promise<void> => {
    const detail = `${why} Trainings and imports are not affected: they go on.`
    const isTried = await ask({ type: 'error', message, detail, buttons: ['Try again', 'Quit'] })
    if (window.isDestroyed()) return
    deaths = []
    if (isTried) draw()
    else app.quit()
  }
  contents.on('render-process-gone', (_event, details) => {
    log.error('The process of the page is gone.', { ...details })
    if (details.reason === 'clean-exit' || window.isDestroyed()) return
    deaths = [...deaths.filter((at) => Date.now() - at < WITHIN_MS), Date.now()]
    if (deaths.length <= DEATHS) draw()
    else
      void give(
        'The window cannot be drawn.',
        `Its process ended ${deaths.length} times within a minute (${words(details)}).`,
      )
  })
  contents.on('did-fail-load', (_event, code, text, address, isMainFrame) => {
    // A page that is not ours does not load at all, and ours comes back (security.ts).
    if (!isMainFrame || code === ABORTED || !isAppAddress(address)) return
    log.error('The page could not be loaded.', { code, text, address })
    window.show()
    void give('The window could not be loaded.', `${text} (${code}).`)
  })
  watchAnswers(window, log)
}

/** Chromium's word for a load that another one has replaced. */
const ABORTED = -3

function words({ reason, exitCode }: RenderProcessGoneDetails): string {
  return `${reason}, exit code ${exitCode}`
}

/** A page that hangs is waited for, or drawn anew, as the user likes; one that answers again takes the question back. */
function watchAnswers(window: BrowserWindow, log: Log): void {
  const contents = window.webContents
  let question: AbortController | null = null
  contents.on('unresponsive', async () => {
    if (question !== null) return
    question = new AbortController()
    const { signal } = question
    log.warn('The page does not answer.')
    const isDrawn = await ask(
      {
        type: 'warning',
        message: 'The window does not answer.',
        detail: 'It can be drawn anew, on the same screen. Trainings and imports are not affected: they go on.',
        buttons: ['Draw it anew', 'Wait'],
      },
      signal,
    )
    question = null
    // It ends the process, whose end draws the page again.
    if (isDrawn && !signal.aborted && !window.isDestroyed()) contents.forcefullyCrashRenderer()
  })
  contents.on('responsive', () => {
    log.info('The page answers again.')
    question?.abort()
  })
}
