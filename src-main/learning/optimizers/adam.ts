import { defineParams } from '../../contract/params.ts'
import { adamFields, adamRule } from './adam-rule.ts'
import { learningRateField, weightDecayField } from './fields.ts'
import { defineOptimizer } from './optimizer.ts'

const params = defineParams({ learningRate: learningRateField(0.001), weightDecay: weightDecayField, ...adamFields })

/** Adam with PyTorch's coupled weight decay; see adamRule. Default rate 1e-3: the paper's, and Keras'. */
export const adam = defineOptimizer({
  type: 'adam',
  label: 'Adam',
  help: 'Gives every weight its own step size; works without tuning, so start here.',
  params,
  rule: (values) => adamRule({ ...values, decoupled: false }),
})
