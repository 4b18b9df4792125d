import { app, BrowserWindow } from 'electron'
import type { Log } from '../../base/ports.ts'
import type { Workbench } from '../../core/workbench.ts'
import { ask } from './message-box.ts'
import { closeQuestion, workInProgress } from './work-in-progress.ts'

/** The end of the app: asked about where something runs, then gone through in one order whoever wants it. */
export interface Ending {
  /** The user wants to quit: asks first where a training would be paused or a job dropped. */
  request(): void
  /** The system wants it (a log-out, a shut-down): nobody is asked, everything that can be saved is. */
  now(why: string): void
  /** Whether the app may be used no more. */
  readonly hasBegun: boolean
  /** Whether everything is saved: windows may go. */
  readonly isOver: boolean
  /** Someone starts the app while it ends: it starts anew, with these arguments, once it has ended. */
  startAgain(args: readonly string[]): void
}

export interface EndingOptions {
  readonly workbench: Workbench
  readonly log: Log
  /** Keeps what is remembered of a window. */
  readonly remember: (window: BrowserWindow) => void
  /** After the workbench is closed. */
  readonly leave: () => void
}

export function createEnding({ workbench, log, remember, leave }: EndingOptions): Ending {
  let state: 'none' | 'asking' | 'begun' | 'over' = 'none'
  let again: readonly string[] | null = null
  const question = new AbortController()

  const begin = async (why: string): Promise<void> => {
    if (state === 'begun' || state === 'over') return
    state = 'begun'
    question.abort()
    log.info('Graft ends.', { why })
    // A window can do nothing any more, and a checkpoint may take seconds. Not closed: a page that hangs would be waited for.
    for (const window of BrowserWindow.getAllWindows()) {
      remember(window)
      window.destroy()
    }
    try {
      await workbench.close()
      log.info('Everything is saved.')
    } catch (error) {
      log.error('The workspace could not be closed.', { error: String(error) })
    }
    leave()
    state = 'over'
    if (again !== null) relaunch(again)
    app.quit()
  }
  const request = async (): Promise<void> => {
    if (state !== 'none') return
    state = 'asking'
    const work = await workInProgress(workbench)
    const isWanted = work === null || (await ask(closeQuestion(work, 'quit'), question.signal))
    if (state !== 'asking') return
    state = 'none'
    if (isWanted) await begin('The user has quit.')
  }
  return {
    request: () => void request(),
    now: (why) => void begin(why),
    get hasBegun() {
      return state === 'begun' || state === 'over'
    },
    get isOver() {
      return state === 'over'
    },
    startAgain: (args) => void (again = args),
  }
}

function relaunch(args: readonly string[]): void {
  // A checkout is started as `electron <folder>`; an AppImage is mounted at another place each time.
  const before = process.defaultApp ? process.argv.slice(1, 2) : []
  const image = process.env['APPIMAGE']
  app.relaunch({ args: [...before, ...args], ...(image === undefined ? {} : { execPath: image }) })
}
