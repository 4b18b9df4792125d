import { roundToSpread } from '../../../../base/significant-digits.ts'
import type { PlanProblem } from '../../../../contract/models.ts'
import type { DatasetFacts } from '../../../context.ts'
import { networkUpTo } from '../../../network/network-up-to.ts'
import { hasWeights } from '../../../network/prefix-end.ts'
import { suggest } from '../../../network/suggest.ts'
import { block, warn } from '../../../plan-problem.ts'
import type { PreflightContext } from '../../strategy.ts'
import { learnsUpTo } from '../../../network/learns-up-to.ts'
import { statisticsGap } from '../../../domain-gap/prediction-audit.ts'
import { totalVariation } from '../../../domain-gap/domain-predictions.ts'

/** What the checks of domain adaptation read of a strategy's parameters. */
export interface DomainValues {
  readonly target: string | null
  /** Empty: the network's own. */
  readonly features: string
}

/** What is wrong or doubtful about adapting from the spec's dataset to the target, before anything runs. */
export function domainChecks(context: PreflightContext, values: DomainValues): PlanProblem[] {
  const own = [...featureProblems(context, values), ...headProblems(context)]
  if (values.target === null) {
    return [block('target-missing', 'No target dataset is chosen: the one without labels that the network is to learn for.'), ...own] // prettier-ignore
  }
  const target = context.datasetOf(values.target)
  if (target === null) return [block('target-unknown', `There is no dataset "${values.target}" to adapt to.`), ...own]
  const { dataset: source } = context
  if (source === null) return own
  if (source.kind !== target.kind) {
    const message = `"${source.name}" and the target "${target.name}" are of different kinds (${source.kind}, ${target.kind}).`
    return [block('target-kind', message), ...own]
  }
  const pair = { context, source, target }
  const checks = [sameItems, missingColumns, channels, pixelGaps, columnGaps, labelSets, priors, tooFew]
  return [...own, ...checks.flatMap((check) => check(pair) ?? [])]
}

interface Pair {
  readonly context: PreflightContext
  readonly source: DatasetFacts
  readonly target: DatasetFacts
}

type Check = (pair: Pair) => PlanProblem | readonly PlanProblem[] | null

function headProblems({ heads }: PreflightContext): PlanProblem[] {
  if (heads.length === 0 || heads.some(({ type }) => type === 'classification')) return []
  return [block('target-heads', 'Domain adaptation follows the classes that are predicted for the target: at least one head has to be for classification.')] // prettier-ignore
}

/** The layer at which domains are told apart exists, and something that learns comes before it. */
function featureProblems({ network, states }: PreflightContext, { features }: DomainValues): PlanProblem[] {
  const layer = features === '' ? network.features : features
  const found = network.layers.find(({ name }) => name === layer)
  if (found === undefined || found.type === 'InputLayer') {
    const names = network.layers.slice(1).map(({ name }) => name)
    const [nearest = network.features] = suggest(layer, names)
    const message = `The network has no layer "${layer}" at which domains could be told apart. Nearest: ${nearest}.`
    return [block('features-unknown', message, { title: `Use ${nearest}`, patch: { 'strategy.features': nearest } })]
  }
  if (learnsUpTo(network, states, layer)) return []
  if (!networkUpTo(network, layer).layers.some(hasWeights)) {
    const fix = { title: 'Use the default', patch: { 'strategy.features': '' } }
    return [block('features-frozen', `No layer up to "${layer}" has weights: its features cannot be adapted.`, fix)]
  }
  const fix = { title: 'Unfreeze', patch: { freeze: null, train: null } }
  return [block('features-frozen', `Every layer up to "${layer}" is frozen: its features cannot be adapted.`, fix)]
}

/** Shares of items in both datasets above which they are the same, and above which it is worth a word. */
const SAME_SHARE = 0.9
const SHARED_SHARE = 0.01

const sameItems: Check = ({ source, target }) => {
  if (source.name === target.name) {
    return block('target-same', `"${source.name}" is source and target at once: there is nothing to adapt to.`)
  }
  const [ofSource, ofTarget] = [source.contentHashes?.(), target.contentHashes?.()]
  if (ofSource === undefined || ofTarget === undefined) return null
  const shared = [...ofTarget].filter((hash) => ofSource.has(hash)).length
  const share = shared / Math.max(1, Math.min(ofSource.size, ofTarget.size))
  const items = source.kind === 'image' ? 'images' : 'rows'
  const message = `${shared} ${items} of the target "${target.name}" are in the source "${source.name}" as well.`
  if (share >= SAME_SHARE) return block('target-same', `${message} They are one domain: there is nothing to adapt to.`)
  if (share < SHARED_SHARE) return null
  return warn('target-shared', `${message} Their labels reach the target through the source, and flatter its accuracy.`)
}

const missingColumns: Check = ({ source, target }) => {
  const has = new Map(target.featureColumns.map(({ name, type }) => [name, type]))
  const missing = source.featureColumns.filter(({ name, type }) => has.get(name) !== type)
  if (missing.length === 0) return null
  const names = missing.slice(0, 5).map(({ name, type }) => `${name} (${type})`)
  return block('target-columns', `The target "${target.name}" lacks columns of the source: ${names.join(', ')}.`)
}

const channels: Check = ({ context, source, target }) => {
  if (source.channels === null || target.channels === null || source.channels === target.channels) return null
  const { base } = context.spec
  const shape = context.network.layers[0]?.config['shape'] as readonly number[] | undefined
  const input = shape?.at(-1)
  const mended = (to: 1 | 3) => (typeof base === 'string' ? null : { base: { ...base, channels: to } })
  const fix = (title: string, to: 1 | 3) => (mended(to) === null ? null : { title, patch: mended(to)! })
  const kind = (count: number) => (count === 1 ? 'grey' : 'in colour')
  const both = `"${source.name}" is ${kind(source.channels)} and the target "${target.name}" ${kind(target.channels)}`
  if (input === 1) {
    return warn('target-channels', `${both}, but the network takes grey: colour is lost.`, fix('Take colour', 3))
  }
  const message = `${both}: the discriminator can tell them apart by that alone. Right where colour is part of the gap.`
  return warn('target-channels', message, fix('Take grey', 1))
}

const pixelGaps: Check = ({ source, target }) => {
  if (!source.pixelStatistics || !target.pixelStatistics) return null
  const { phrases, isScale, isInverted } = statisticsGap(source.pixelStatistics, target.pixelStatistics)
  if (phrases.length === 0) return null
  const found = `Source and target differ in their values (0 to 255): ${phrases.slice(0, 4).join('; ')}.`
  if (isInverted) return warn('target-inverted', `${found} The target looks like the source inverted (dark on light, light on dark), which leaves the domains nothing in common to start from: the network ends in few classes, or in permuted ones. Invert the images of one of them and import it again.`) // prettier-ignore
  if (!isScale) return warn('target-values', `${found} Lighting and style are what adaptation bridges; another normalisation is better mended first.`) // prettier-ignore
  return block('target-scale', `${found} One of them is stored at another scale, and adaptation would fail: store both over the same range, e.g. multiply the values of the narrower one, and import it again.`) // prettier-ignore
}

/** Standard deviations of the source by which means of a table's column may differ, and the ratio of spreads. */
const COLUMN_GAP = 3
const COLUMN_SPREAD = 5

const columnGaps: Check = ({ source, target }) => {
  const gaps = Object.entries(source.columnStatistics).flatMap(([name, of]) => {
    const other = target.columnStatistics[name]
    if (other === undefined || of.std === 0) return []
    const spread = other.std / of.std
    const isFar = Math.abs(other.mean - of.mean) > COLUMN_GAP * of.std
    if (!isFar && spread < COLUMN_SPREAD && spread > 1 / COLUMN_SPREAD) return []
    return [`${name}: mean ${round(of.mean, of.std)} against ${round(other.mean, of.std)}, deviation ${round(of.std)} against ${round(other.std)}`] // prettier-ignore
  })
  if (gaps.length === 0) return null
  return warn('target-values', `Source and target differ in their values: ${gaps.slice(0, 4).join('; ')}. If these are other units, bring both to the same ones first.`) // prettier-ignore
}

const round = (value: number, spread = 0) => roundToSpread(value, spread, 3)

const labelSets: Check = ({ context, source, target }) =>
  context.heads.flatMap((head) => {
    const column = target.labelColumns.find(({ name }) => name === head.column)
    if (head.type !== 'classification' || column === undefined || column.classes.length === 0) return []
    const unknown = column.classes.filter((name) => !head.classes.includes(name))
    const absent = head.classes.filter((name) => !column.classes.includes(name))
    if (unknown.length > 0) {
      const message = `The target "${target.name}" has classes in "${head.column}" that "${source.name}" lacks: ${list(unknown)}. They cannot be learned from the source, and adaptation would press them into its classes. Leave those items out, or rename the classes.`
      return [block('target-classes', message)]
    }
    if (absent.length === 0) return []
    return [warn('target-classes', `The target "${target.name}" lacks classes of the source in "${head.column}": ${list(absent)}. Aligning both domains may then hurt: the source-only network is the one to beat.`)] // prettier-ignore
  })

const list = (names: readonly string[]) =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`

/** Share of samples that would have to change their class for equal priors. */
const PRIOR_SHIFT = 0.2

const priors: Check = ({ context, source, target }) =>
  context.heads.flatMap((head) => {
    const [ofSource, ofTarget] = [source, target].map(({ classCounts, labelColumns }) => {
      const classes = labelColumns.find(({ name }) => name === head.column)?.classes ?? []
      const counts = classCounts?.[head.column]
      return counts === undefined ? null : head.classes.map((name) => counts[classes.indexOf(name)] ?? 0)
    })
    if (!ofSource || !ofTarget || ofTarget.every((count) => count === 0)) return []
    const shift = totalVariation(ofSource, ofTarget)
    if (shift < PRIOR_SHIFT) return []
    return [warn('target-priors', `The classes of "${head.column}" are mixed differently in source and target (${Math.round(100 * shift)} % of the samples would have to change their class). Making the features of both alike then mixes classes: expect less than from balanced sets.`)] // prettier-ignore
  })

const tooFew: Check = ({ context, target }) => {
  const { train } = target.splitCounts
  const { batchSize } = context.spec
  const message = `Half of each batch of ${batchSize} comes from the target, but "${target.name}" has ${train} items in its train split: at least two such halves are needed.`
  if (train >= 2 * Math.floor(batchSize / 2)) return null
  if (train < 4) return block('target-few', message)
  const mended = 2 * Math.floor(train / 4)
  return block('target-few', message, { title: `Use batches of ${mended}`, patch: { batchSize: mended } })
}
