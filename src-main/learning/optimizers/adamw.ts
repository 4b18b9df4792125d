import { defineParams } from '../../contract/params.ts'
import { adamFields, adamRule } from './adam-rule.ts'
import { learningRateField, weightDecayField } from './fields.ts'
import { defineOptimizer } from './optimizer.ts'

const params = defineParams({
  learningRate: learningRateField(0.001),
  weightDecay: { ...weightDecayField, default: 0.01 as number },
  ...adamFields,
})

/** Adam with decoupled weight decay; see adamRule. Default decay 0.01: PyTorch's. */
export const adamw = defineOptimizer({
  type: 'adamw',
  label: 'AdamW',
  help: 'Adam with a weight decay that really decays: the usual choice for fine-tuning with little data.',
  params,
  rule: (values) => adamRule({ ...values, decoupled: true }),
})
