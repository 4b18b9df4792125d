import type { Handlers } from '../../contract/define.ts'
import type { precision } from '../../contract/precision.ts'
import { planSpec } from '../planning/plan-spec.ts'
import { findReport } from '../planning/precision-reports.ts'
import { prepareSpec } from '../planning/prepare-spec.ts'
import { type App, requireSession } from '../session/app.ts'
import { startMeasurePrecision } from './measure-precision.ts'

/** Speed and agreement of the precisions that a frozen part may compute in. */
export function precisionService(app: App): Handlers<typeof precision> {
  return {
    async report({ spec }) {
      const session = requireSession(app)
      await prepareSpec(session, spec)
      return { report: findReport(session, planSpec(app, session, spec)) }
    },
    measure: ({ spec }) => startMeasurePrecision(app, spec),
  }
}
