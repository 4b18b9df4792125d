import { defineParams } from '../../contract/params.ts'
import { defineSchedule, warmupField } from './schedule.ts'

const params = defineParams({
  pctStart: {
    type: 'number',
    label: 'Rising share',
    default: 0.25,
    help: 'The share of all steps in which the rate rises; it falls in the rest.',
    min: 0.01,
    max: 0.99,
    step: 0.05,
  },
  div: {
    type: 'number',
    label: 'Start divisor',
    default: 25,
    help: 'It starts at the learning rate divided by this.',
    min: 1,
    max: 10_000,
    log: true,
  },
  finalDiv: {
    type: 'number',
    label: 'End divisor',
    default: 4000,
    help: 'It ends at its starting rate divided by this.',
    min: 1,
    max: 1e8,
    log: true,
    advanced: true,
  },
  warmupEpochs: warmupField,
})

const anneal = (from: number, to: number, share: number) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2

/** One cycle up and down in cosines. Paper: Smith, Topin, 2018, arXiv 1708.07120; values and steps as
 *  torch.optim.lr_scheduler.OneCycleLR(anneal_strategy='cos', three_phase=False), defaults as fastai's fit_one_cycle
 *  (div 25, end = rate / 1e5). Departs from both: momentum is not cycled. */
export const oneCycle = defineSchedule({
  type: 'one-cycle',
  label: 'One cycle',
  help: 'Rises to the learning rate, then falls far below it; trains fast with few epochs.',
  params,
  factor({ pctStart, div, finalDiv }, { step, totalSteps }) {
    const top = pctStart * totalSteps - 1
    const start = 1 / div
    if (step < top) return anneal(start, 1, step / top)
    return anneal(1, start / finalDiv, Math.min(1, (step - top) / (totalSteps - 1 - top)))
  },
})
