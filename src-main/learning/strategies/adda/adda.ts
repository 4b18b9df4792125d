import { adaptByInvertedLabels } from './adda-script.ts'
import { domainChecks } from '../common/domain-adaptation/domain-checks.ts'
import { addaParams } from './adda-params.ts'
import { defineStrategy } from '../strategy.ts'

/** Adversarial discriminative domain adaptation; see adda-script.ts. */
export const adda = defineStrategy({
  type: 'adda',
  label: 'Domain adaptation (ADDA)',
  help: 'Trains on the labelled source first, then teaches a copy of the encoder to give the target the same features, with the source’s network kept as it is; take it when the domains need encoders of their own.',
  params: addaParams,
  check: domainChecks,
  run: adaptByInvertedLabels,
})
