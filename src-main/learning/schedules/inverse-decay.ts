import { defineParams } from '../../contract/params.ts'
import { defineSchedule, warmupField } from './schedule.ts'

const params = defineParams({
  speed: {
    type: 'number',
    label: 'Speed',
    default: 10,
    help: 'How fast the rate falls: at the end it is (1 + speed) to the power of minus the exponent.',
    min: 0,
    max: 1000,
  },
  power: {
    type: 'number',
    label: 'Exponent',
    default: 0.75,
    help: 'How steeply the rate falls; 0 is off.',
    min: 0,
    max: 10,
    step: 0.05,
  },
  warmupEpochs: warmupField,
})

/** rate / (1 + speed * p)^power with progress p from 0 to 1. Ganin, Ustinova et al., JMLR 17 (2016), section 5.2.2: speed 10, power
 *  0.75, with a rate of 0.01 and a momentum of 0.9. */
export const inverseDecay = defineSchedule({
  type: 'inverse-decay',
  label: 'Inverse decay',
  help: 'Falls fast at first and ever more slowly: the schedule of domain-adversarial training.',
  params,
  factor: (values, place) => (1 + (values.speed * place.step) / Math.max(1, place.totalSteps)) ** -values.power,
})
