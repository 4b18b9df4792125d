import type { HeadInfo } from '../network/head-info.ts'
import { classificationLoss, type HeadLoss, regressionLoss } from './loss.ts'
import { tagsLoss } from './tags-loss.ts'

/** The loss of a head, by its type. */
export function headLoss({ type, classWeights }: Pick<HeadInfo, 'type' | 'classWeights'>): HeadLoss {
  return LOSSES[type](classWeights)
}

const LOSSES: Readonly<Record<HeadInfo['type'], (classWeights: readonly number[]) => HeadLoss>> = {
  classification: () => classificationLoss,
  regression: () => regressionLoss,
  tags: tagsLoss,
}
