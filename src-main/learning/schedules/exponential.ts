import { defineParams } from '../../contract/params.ts'
import { defineSchedule, epochOf, warmupField } from './schedule.ts'

const params = defineParams({
  factor: {
    type: 'number',
    label: 'Factor',
    default: 0.9,
    help: 'What the rate is multiplied by after every epoch.',
    min: 0.01,
    max: 1,
    step: 0.01,
  },
  warmupEpochs: warmupField,
})

/** rate * factor^epoch, as torch.optim.lr_scheduler.ExponentialLR. */
export const exponential = defineSchedule({
  type: 'exponential',
  label: 'Exponential',
  help: 'Shrinks the rate a little after every epoch.',
  params,
  factor: (values, place) => values.factor ** epochOf(place),
})
