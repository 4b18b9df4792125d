import { GraftError } from '../../contract/errors.ts'
import type { ParamDefs, Params, ParamValues } from '../../contract/params.ts'
import type { TrainJob } from '../../contract/trainer.ts'
import type { Phase } from '../engine/step/phase.ts'
import type { RunVariants } from '../engine/run/run-variants.ts'
import { movesIn, prefixEnd } from '../network/prefix-end.ts'
import { optimizers } from '../optimizers/index.ts'
import { schedules } from '../schedules/index.ts'
import { learningRateFactor } from '../schedules/schedule.ts'
import { strategies } from '../strategies/index.ts'
import type { ScriptInstead, StrategyVariant } from '../strategies/strategy.ts'

/** A run's variants with the strategy itself. */
export interface Variants extends RunVariants {
  readonly strategy: { readonly row: StrategyVariant; readonly values: Values }
  /** Of a strategy that trains the planned network alone; null: it is a script. */
  readonly phases: readonly Phase[] | null
  /** Instead of the phases, for these values of the strategy. */
  readonly script: ScriptInstead | null
}

/** Turns the strategy, optimizer and schedule that a spec names into what the loop runs. Throws E_RUN_SPEC for an unknown
 *  type or parameter. */
export function resolveVariants(job: Pick<TrainJob, 'spec' | 'network' | 'states' | 'cachedUpTo'>): Variants {
  const { spec, network, states } = job
  const strategy = choose('strategy', strategies, spec.strategy)
  const optimizer = choose('optimizer', optimizers, spec.optimizer)
  const schedule = choose('schedule', schedules, spec.schedule)
  const learningRate = optimizer.values['learningRate'] as number
  const cutBefore = (trained: ReadonlySet<string>) => {
    const still = network.layers
      .filter((layer) => !trained.has(layer.name))
      .map((layer) => [layer.name, 'frozen' as const])
    return prefixEnd(network, movesIn({ ...states, ...Object.fromEntries(still) }))
  }
  const script = strategy.row.script?.(strategy.values) ?? null
  const context = { network, states, spec, learningRate, cachedUpTo: job.cachedUpTo, cutBefore }
  return {
    strategy,
    context,
    phases: script === null ? (strategy.row.phases?.(context, strategy.values) ?? null) : null,
    script,
    rule: optimizer.row.rule(optimizer.values),
    rateFactor: (place, base) => learningRateFactor(schedule.row, schedule.values, place, base),
    memoryMegabytes: (strategy.values['memoryMegabytes'] as number | undefined) ?? 2048,
  }
}

type Values = ParamValues<ParamDefs>

function choose<R extends { type: string; params: Params<ParamDefs> }>(
  field: string,
  rows: readonly R[],
  { type, ...values }: { type: string; [name: string]: unknown },
): { row: R; values: Values } {
  const row = rows.find((each) => each.type === type)
  const available = rows.map((each) => each.type).join(', ')
  if (row === undefined) {
    throw new GraftError('E_RUN_SPEC', `Expected \`${field}.type\` to be one of ${available}. Received: ${type}.`)
  }
  const parsed = row.params.schema.safeParse(values)
  if (parsed.success) return { row, values: parsed.data }
  const issue = parsed.error.issues[0]!
  throw new GraftError('E_RUN_SPEC', `\`${[field, ...issue.path].join('.')}\`: ${issue.message}.`, {
    details: { path: [field, ...issue.path].join('.') },
  })
}
