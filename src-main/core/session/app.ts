import type { Ports } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'
import type { EventBus } from '../events.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'

/** What every service works with. */
export interface App {
  readonly ports: Ports
  readonly events: EventBus
  readonly settings: Settings
  /** The open workspace. */
  session: Session | null
  /** Attempts of the window to reach another computer, since the start. */
  readonly blocked: { at: string; target: string }[]
  /** Where the reports of this session lie, by their ids. */
  readonly reports: Map<string, string>
}

/** The open workspace, or E_WORKSPACE_NOT_OPEN. */
export function requireSession(app: App): Session {
  if (app.session === null) {
    throw new GraftError('E_WORKSPACE_NOT_OPEN', 'Expected an open workspace. Received: none is open.', {
      fix: 'Open a folder or a sample first.',
    })
  }
  return app.session
}

export function nowText(app: { readonly ports: Ports }): string {
  return new Date(app.ports.clock.now()).toISOString()
}
