import type { SplitPlan } from '../../contract/datasets.ts'
import { GraftError } from '../../contract/errors.ts'
import type { StoredColumn } from '../store/datasets-repo.ts'

/** What was given of a plan. */
export type GivenPlan = { readonly [K in keyof SplitPlan]?: SplitPlan[K] | undefined }

const DEFAULT_SHARES = { train: 0.7, validation: 0.15, test: 0.15 }

/** A whole plan from what was given: shares left out take what the others leave, in the proportions of 70 / 15 / 15. */
export function completePlan(given: GivenPlan, columns: readonly StoredColumn[]): SplitPlan {
  const names = ['train', 'validation', 'test'] as const
  const isMissing = (name: (typeof names)[number]): boolean => given[name] === undefined
  const used = names.reduce((sum, name) => sum + (given[name] ?? 0), 0)
  const open = names.filter(isMissing).reduce((sum, name) => sum + DEFAULT_SHARES[name], 0)
  const share = (name: (typeof names)[number]): number =>
    given[name] ?? (open === 0 ? 0 : Math.max(0, 1 - used) * (DEFAULT_SHARES[name] / open))
  const first = (type: StoredColumn['type']) => columns.find((column) => column.type === type)?.name
  const firstClasses = first('classification') ?? first('tags') ?? null
  const plan: SplitPlan = {
    train: share('train'),
    validation: share('validation'),
    test: share('test'),
    seed: given.seed ?? 1,
    stratifyBy: given.stratifyBy === undefined ? firstClasses : given.stratifyBy,
  }
  checkPlan(plan, columns)
  return plan
}

export function checkPlan(plan: SplitPlan, columns: readonly StoredColumn[]): void {
  const sum = plan.train + plan.validation + plan.test
  if (Math.abs(sum - 1) > 1e-6) {
    throw splitError(
      `train, validation and test to add up to 1. Received: ${plan.train} + ${plan.validation} + ${plan.test} = ${sum}`,
      'Change one of the shares.',
    )
  }
  if (plan.train === 0)
    throw splitError('a share of train above 0. Received: 0', 'Without training items nothing can be learned.')
  const names = columns.filter((column) => column.type !== 'regression').map((column) => column.name)
  if (plan.stratifyBy !== null && !names.includes(plan.stratifyBy)) {
    throw splitError(
      `a column of classes or tags to stratify by. Received: ${plan.stratifyBy}. Available: ${names.join(', ') || 'none'}`,
      'Choose one of them, or null.',
    )
  }
}

function splitError(expected: string, fix: string): GraftError {
  return new GraftError('E_DATASET_SPLIT', `Expected ${expected}.`, { fix })
}
