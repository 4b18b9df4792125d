import type { Catalog } from '@contract/models.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { nameFor } from './strategy-name.ts'

/** The same experiment with fine-tuning: same data, head, seed and budget, only strategy and freeze plan differ, so that
 *  the comparison is fair. The plan is that of the catalog's recipe. */
export function asFineTuning(spec: ExperimentSpecInput, catalog: Catalog | null): ExperimentSpecInput {
  const recipe = catalog?.presets.find((preset) => preset.id === 'fine-tune-last-block')?.patch
  const name = nameFor(spec.name || 'experiment', spec.strategy.type, 'fine-tuning', catalog?.strategies ?? [])
  const { freeze: _freeze, train: _train, ...rest } = spec
  const strategy = (recipe?.['strategy'] as ExperimentSpecInput['strategy'] | undefined) ?? { type: 'fine-tuning' }
  const train = (recipe?.['train'] as ExperimentSpecInput['train']) ?? { lastBlocks: 2 }
  return { ...rest, name, strategy, train }
}
