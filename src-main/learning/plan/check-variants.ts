import type { PlanProblem } from '../../contract/models.ts'
import type { ParamField } from '../../contract/params.ts'
import type { ExperimentSpec } from '../../contract/spec.ts'
import { suggest } from '../network/suggest.ts'
import { optimizers } from '../optimizers/index.ts'
import { schedules } from '../schedules/index.ts'
import { strategies } from '../strategies/index.ts'
import { block } from '../plan-problem.ts'

interface Row {
  readonly type: string
  readonly params: { readonly fields: ParamField[]; readonly schema: { safeParse(value: unknown): Parsed } }
}

type Parsed =
  | { success: true; data: object }
  | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } }

/** Checks strategy, optimizer and schedule against their own forms, and fills in their defaults. */
export function resolveVariants(spec: ExperimentSpec): { spec: ExperimentSpec; problems: PlanProblem[] } {
  const problems: PlanProblem[] = []
  const resolve = (path: 'strategy' | 'optimizer' | 'schedule', rows: readonly Row[]): ExperimentSpec['strategy'] =>
    resolveVariant(path, spec[path], rows, problems)
  const resolved = {
    ...spec,
    strategy: resolve('strategy', strategies as unknown as readonly Row[]),
    optimizer: resolve('optimizer', optimizers as unknown as readonly Row[]),
    schedule: resolve('schedule', schedules as unknown as readonly Row[]),
  }
  return { spec: resolved, problems }
}

function resolveVariant(
  path: string,
  given: ExperimentSpec['strategy'],
  rows: readonly Row[],
  problems: PlanProblem[],
): ExperimentSpec['strategy'] {
  const row = rows.find((candidate) => candidate.type === given.type)
  if (!row) {
    const types = rows.map((candidate) => candidate.type)
    const [nearest = types[0] ?? ''] = suggest(given.type, types)
    const message = `\`${path}.type\`: there is no "${given.type}". There are: ${types.join(', ')}.`
    problems.push(block(`${path}-type`, message, { title: `Use ${nearest}`, patch: { [path]: { type: nearest } } }))
    return given
  }
  const { type, ...values } = given
  const parsed = row.params.schema.safeParse(values)
  if (parsed.success) return { type, ...parsed.data }
  for (const issue of parsed.error.issues) problems.push(fieldProblem(path, row, values, issue))
  return given
}

function fieldProblem(
  path: string,
  row: Row,
  values: Record<string, unknown>,
  issue: { path: readonly PropertyKey[]; message: string },
): PlanProblem {
  const name = String(issue.path[0] ?? '')
  const field = row.params.fields.find((candidate) => candidate.name === name)
  if (!field) {
    const known = row.params.fields.map((candidate) => candidate.name)
    const unknown = Object.keys(values).filter((key) => !known.includes(key))
    const message = `\`${path}\`: ${row.type} has no ${unknown.join(', ')}. It has: ${known.join(', ') || 'no parameters'}.`
    const patch = Object.fromEntries(unknown.map((key) => [`${path}.${key}`, null]))
    return block(`${path}-field`, message, { title: 'Remove', patch })
  }
  const message = `\`${path}.${name}\`: ${issue.message}. Received: ${JSON.stringify(values[name])}.`
  const title = `Use ${String(field.default)}`
  return block(`${path}-field`, message, { title, patch: { [`${path}.${name}`]: field.default } })
}
