import type { Handlers } from '../../contract/define.ts'
import type { labelling } from '../../contract/labelling.ts'
import type { App } from '../session/app.ts'
import { auditCalls } from './audit-calls.ts'
import { mapCalls } from './map-calls.ts'
import { markCalls } from './mark-calls.ts'
import { orderCalls } from './order-calls.ts'
import { stateCalls } from './state-calls.ts'
import { suggestionCalls } from './suggestion-calls.ts'

export function labellingService(app: App): Handlers<typeof labelling> {
  return {
    ...stateCalls(app),
    ...suggestionCalls(app),
    ...orderCalls(app),
    ...auditCalls(app),
    ...markCalls(app),
    ...mapCalls(app),
  }
}
