import { defineParams } from '../../contract/params.ts'
import { defineSchedule, warmupField } from './schedule.ts'

const params = defineParams({
  minimum: {
    type: 'number',
    label: 'Minimum',
    default: 0,
    help: 'The learning rate (not a share of it) at the very end.',
    min: 0,
    max: 10,
    log: true,
  },
  warmupEpochs: warmupField,
})

/** minimum + (rate - minimum) * (1 + cos(pi * t)) / 2 with t from 0 to 1 over the phase. Paper: Loshchilov, Hutter, ICLR
 *  2017, arXiv 1608.03983, eq. (5) without restarts. Departs from torch's CosineAnnealingLR only in that it moves with
 *  every step: at the start of each epoch both agree. */
export const cosine = defineSchedule({
  type: 'cosine',
  label: 'Cosine',
  help: 'Falls slowly, then faster, then slowly to the minimum: a safe choice when the number of epochs is fixed.',
  params,
  factor(values, place, base) {
    const low = Math.min(values.minimum / base, 1)
    return low + ((1 - low) * (1 + Math.cos((Math.PI * place.step) / place.totalSteps))) / 2
  },
})
