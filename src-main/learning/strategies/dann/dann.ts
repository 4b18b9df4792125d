import { adaptedLayer } from './adapted-layer.ts'
import { adaptWithReversal } from './dann-script.ts'
import { domainChecks } from '../common/domain-adaptation/domain-checks.ts'
import { dannParams } from './dann-params.ts'
import { defineStrategy } from '../strategy.ts'

/** Domain-adversarial training; see dann-script.ts. */
export const dann = defineStrategy({
  type: 'dann',
  label: 'Domain adaptation (DANN)',
  help: 'Learns from a labelled dataset for another one without labels, by making the features of both indistinguishable; take it when a network trained on the first fails on the second.',
  params: dannParams,
  check(context, values) {
    const features = adaptedLayer(context.network, context.states, values.features)
    return domainChecks(context, { ...values, features })
  },
  run: adaptWithReversal,
})
