import { defineParams } from '../../contract/params.ts'
import { defineSchedule, warmupField } from './schedule.ts'

export const constant = defineSchedule({
  type: 'constant',
  label: 'Constant',
  help: 'The learning rate stays as it is.',
  params: defineParams({ warmupEpochs: warmupField }),
  factor: () => 1,
})
