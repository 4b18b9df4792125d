import { defineParams } from '../../contract/params.ts'
import { defineSchedule, epochOf, warmupField } from './schedule.ts'

const params = defineParams({
  everyEpochs: {
    type: 'integer',
    label: 'Every',
    default: 7,
    help: 'After this many epochs the rate is multiplied by the factor, again and again.',
    unit: 'epochs',
    min: 1,
    max: 10_000,
  },
  factor: {
    type: 'number',
    label: 'Factor',
    default: 0.1,
    help: 'What the rate is multiplied by; 0.1 makes it ten times smaller.',
    min: 0.0001,
    max: 1,
  },
  warmupEpochs: warmupField,
})

/** rate * factor^floor(epoch / everyEpochs), as torch.optim.lr_scheduler.StepLR; 7 and 0.1 are the values of PyTorch's
 *  transfer learning tutorial. */
export const step = defineSchedule({
  type: 'step',
  label: 'Steps',
  help: 'Drops the rate by a factor every few epochs: coarse first, fine later.',
  params,
  factor: (values, place) => values.factor ** Math.floor(epochOf(place) / values.everyEpochs),
})
