import type { PlanProblem } from '../contract/models.ts'

type Fix = NonNullable<PlanProblem['fix']>

/** A problem that must be mended before training. A patch maps paths of the spec to new values; null takes a field away. */
export function block(code: string, message: string, fix: Fix | null = null): PlanProblem {
  return { level: 'block', code, message, fix }
}

/** A problem worth a look; training may start. */
export function warn(code: string, message: string, fix: Fix | null = null): PlanProblem {
  return { level: 'warn', code, message, fix }
}
