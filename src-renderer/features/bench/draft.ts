import type { ExperimentSpecInput } from '@contract/spec.ts'

/** What leaving the bench must not lose, kept per workspace in the settings. */
export interface Draft {
  readonly spec: ExperimentSpecInput
  readonly seeds: string
}

/** Settings keys are short and paths are not: a 53-bit hash of the path names the draft. */
export function draftKey(workspacePath: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (let index = 0; index < workspacePath.length; index++) {
    const code = workspacePath.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  const hash = 4294967296 * (2097151 & (low ^ (low >>> 13))) + ((high ^ (high >>> 16)) >>> 0)
  return `bench.draft.${hash.toString(36)}`
}

/** Settings are a user's file: anything may stand in it. */
export function asDraft(value: unknown): Draft | null {
  const draft = value as Partial<Draft> | null | undefined
  const spec = draft?.spec as Partial<ExperimentSpecInput> | null | undefined
  const isUsable =
    typeof spec?.dataset === 'string' && spec.base !== undefined && typeof spec.strategy?.type === 'string'
  return isUsable
    ? { spec: spec as ExperimentSpecInput, seeds: typeof draft?.seeds === 'string' ? draft.seeds : '1' }
    : null
}
