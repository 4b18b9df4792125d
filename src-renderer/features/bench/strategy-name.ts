import type { Variant } from '@contract/params.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'

/** What a name that Graft made ends with for this strategy: "fine-tuned", "knowledge distillation". */
function strategyWord(type: string, variants: readonly Variant[]): string {
  if (type === 'fine-tuning') return 'fine-tuned'
  const label = variants.find((one) => one.type === type)?.label ?? type
  return `${label.charAt(0).toLowerCase()}${label.slice(1)}`
}

/** `name` with the strategy at its end, in place of the strategy that it was made for. */
export function nameFor(name: string, from: string, to: string, variants: readonly Variant[]): string {
  const old = `, ${strategyWord(from, variants)}`
  const stem = name.endsWith(old) ? name.slice(0, -old.length) : name
  return `${stem}, ${strategyWord(to, variants)}`
}

/** The spec with a name that goes with its strategy: one that says the strategy it had before says the new one. A name that the
 *  user gave stays. */
export function followStrategy(
  before: ExperimentSpecInput,
  after: ExperimentSpecInput,
  variants: readonly Variant[],
): ExperimentSpecInput {
  const [from, to, name] = [before.strategy.type, after.strategy.type, after.name ?? '']
  if (from === to || name !== before.name || !name.endsWith(`, ${strategyWord(from, variants)}`)) return after
  return { ...after, name: nameFor(name, from, to, variants) }
}
