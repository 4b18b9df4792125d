import { defineParams } from '../../../contract/params.ts'
import { GraftError } from '../../../contract/errors.ts'
import { dataAudit } from '../../domain-gap/data-audit.ts'
import { classDistances } from '../../domain-gap/class-distances.ts'
import { measureFeatures, distanceOf } from '../../domain-gap/measure-gap.ts'
import { withoutLabels } from '../../domain-gap/target-data.ts'
import { inferNetwork } from '../../network/infer.ts'
import { defineAnalysis } from '../analysis.ts'
import { describeGap } from './domain-gap-report.ts'

const params = defineParams({
  target: {
    type: 'dataset',
    label: 'Other dataset',
    default: null as string | null,
    help: 'The dataset that the spec’s own is compared with; its labels are read for the audit of its classes alone.',
  },
  features: {
    type: 'text',
    label: 'Features',
    default: '',
    help: 'The layer of the base whose outputs are compared; empty: its features layer. Early layers see texture and colour, late ones content.',
  },
  samples: {
    type: 'integer',
    label: 'Samples',
    default: 1000,
    help: 'At most so many items of each dataset are measured; fewer are faster, and the distance is then less certain.',
    min: 50,
    max: 20_000,
  },
})

/** Proxy A-distance and maximum mean discrepancy of two datasets in the features of the spec's base, before any training, beside an audit
 *  of what is in them. Without an item limit: shares of classes and common items are of the whole datasets, whose pixels a run on them needs anyway. Formulas and papers: learning/transferability/proxy-a-distance.ts, mmd.ts. */
export const domainGap = defineAnalysis({
  type: 'domain-gap',
  label: 'Domain gap',
  help: 'Says how far two datasets are from each other as the base sees them, whether their values fit together, and whether domain adaptation is worth a try.',
  params,
  async run(run, values) {
    const { main, spec } = run
    if (values.target === null) {
      throw new GraftError('E_RUN_SPEC', 'Expected `target` to name a dataset. Received: nothing.', {
        fix: 'Choose the dataset to compare with.',
      })
    }
    const layer = values.features === '' ? main.model.network.features : values.features
    if (!inferNetwork(main.model.network).shapes.has(layer)) {
      throw new GraftError('E_RUN_SPEC', `Expected a layer of the network as \`features\`. Received: ${layer}.`)
    }
    const { data, manifest } = await run.dataset(values.target)
    const { throwIfInterrupted } = run
    await throwIfInterrupted({ done: 0, total: 4, message: 'Looking at both datasets' })
    const audit = await dataAudit(run, { data, manifest })
    await throwIfInterrupted({ done: 1, total: 4, message: 'Computing features' })
    const at = { learner: main, layer }
    const source = withoutLabels(main.data)
    const ofSource = await measureFeatures(run, { ...at, stage: 'source', data: source, most: values.samples })
    const target = withoutLabels(data)
    const ofTarget = await measureFeatures(run, { ...at, stage: 'target', data: target, most: values.samples })
    await throwIfInterrupted({ done: 2, total: 4, message: 'Measuring the distance' })
    const distance = distanceOf(ofSource.features, ofTarget.features, spec.seed)
    await throwIfInterrupted({ done: 3, total: 4, message: 'Comparing with the classes of the source' })
    const classes = classDistances(main, ofSource, spec.seed)
    const { exhibits, finding } = describeGap({ layer, audit, distance, classes, names: [run.manifest.dataset.name, manifest.dataset.name], target: values.target, usesRandomFeatures: isRandom(main.states) }) // prettier-ignore
    for (const exhibit of exhibits) run.exhibit(exhibit)
    return finding
  },
})

/** Nothing of the network has been trained. */
function isRandom(states: Readonly<Record<string, string>>): boolean {
  return Object.values(states).every((state) => state === 'fresh')
}
