import { percent } from '../../../base/percent.ts'
import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { statisticsGap } from '../../domain-gap/prediction-audit.ts'
import type { ClassDistance } from '../../domain-gap/class-distances.ts'
import type { DataAudit, DatasetAudit } from '../../domain-gap/data-audit.ts'
import { scatterExhibit } from '../../domain-gap/domain-exhibits.ts'
import type { DomainDistance } from '../../domain-gap/measure-gap.ts'
import { totalVariation } from '../../domain-gap/domain-predictions.ts'
import { accuracyOfDistance, distanceWords } from '../../domain-gap/domain-words.ts'
import type { Finding } from '../analysis.ts'

export interface Gap {
  readonly layer: string
  readonly audit: DataAudit
  readonly distance: DomainDistance
  readonly classes: readonly ClassDistance[]
  /** Of the spec's dataset and of the other. */
  readonly names: readonly [string, string]
  /** As a strategy's parameter names it. */
  readonly target: string
  readonly usesRandomFeatures: boolean
}

/** Up to it there is hardly anything to adapt. */
const SAME_DISTANCE = 0.3
/** Share of common items above which the two are one set. */
const SAME_SHARE = 0.9
const PRIOR_SHIFT = 0.2

/** The measured gap in words, with what follows from it. */
export function describeGap(gap: Gap): { exhibits: ExhibitInput[]; finding: Finding } {
  const { audit, distance, layer } = gap
  const { proxy, mmd } = distance
  const problems = auditProblems(audit)
  const words = [gapWords(gap), yardstick(gap), ...problems, advice(gap, problems)].filter((text) => text !== '')
  const nearest = nearestClasses(gap)
  return {
    exhibits: [distanceTable(gap), auditTable(audit, problems), ...priorsMatrix(audit), { ...scatterExhibit('before', layer, distance), id: 'gap-features', title: 'Features of both datasets' }], // prettier-ignore
    finding: {
      words: words.join(' '),
      facts: {
        proxyADistance: proxy.distance,
        rawDistance: proxy.raw,
        standardError: proxy.standardError,
        error: proxy.error,
        perDomain: proxy.perDomain,
        mmdSquared: mmd.squared,
        mmdPValue: mmd.pValue,
        shared: audit.shared,
        isScaleGap: scaleGap(audit)?.isScale ?? false,
        priorShift: priorShift(audit),
        asDifferentAs: nearest === null ? null : nearest.classes.join(' and '),
      },
      suggestions: suggestions(gap, problems),
    },
  }
}

function gapWords({ names, layer, distance: { proxy, mmd }, usesRandomFeatures }: Gap): string {
  const clipped = proxy.raw < 0 ? ` (measured ${proxy.raw.toFixed(2)}, raised to 0: the classifier did worse than a coin)` : '' // prettier-ignore
  const measured = `"${names[0]}" and "${names[1]}" are ${distanceWords(proxy.distance)} in the features at "${layer}": a linear classifier tells the dataset of ${percent(accuracyOfDistance(proxy.distance))} of unseen items, a proxy A-distance of ${proxy.distance.toFixed(2)} ± ${(2 * proxy.standardError).toFixed(2)} of 2${clipped}, on ${proxy.perDomain} items of each.`
  const tested = mmd.pValue < 0.05 ? ` The kernel test agrees (p = ${mmd.pValue.toFixed(3)}).` : ` The kernel test finds no difference beyond chance (p = ${mmd.pValue.toFixed(2)}).` // prettier-ignore
  const random = usesRandomFeatures ? ' The base has random weights: train it on the source first for a distance that matters to its classes.' : '' // prettier-ignore
  return `${measured}${tested}${random}`
}

/** The pair of classes whose distance is nearest; null: there are no labelled classes. */
function nearestClasses({ classes, distance: { proxy } }: Gap): ClassDistance | null {
  const off = ({ distance }: ClassDistance) => Math.abs(distance - proxy.distance)
  return classes.reduce<ClassDistance | null>(
    (best, each) => (best === null || off(each) < off(best) ? each : best),
    null,
  )
}

function yardstick(gap: Gap): string {
  const nearest = nearestClasses(gap)
  if (nearest === null) return ''
  const [a, b] = nearest.classes
  const { proxy } = gap.distance
  const least = Math.min(...gap.classes.map(({ distance }) => distance))
  if (proxy.distance < least - 0.1) return `They are less different than any two classes of "${gap.names[0]}" (${least.toFixed(2)} at least).` // prettier-ignore
  return `They are about as different as the classes "${a}" and "${b}" of "${gap.names[0]}" (${nearest.distance.toFixed(2)}).`
}

function scaleGap({ source, target }: DataAudit) {
  return source.pixels === null || target.pixels === null ? null : statisticsGap(source.pixels, target.pixels)
}

/** The values themselves are at odds, which no adaptation mends. */
function hasToBeMended(audit: DataAudit): boolean {
  const gap = scaleGap(audit)
  return gap !== null && (gap.isScale || gap.isInverted)
}

/** Null: one of them has no labels. */
function priorShift({ source, target }: DataAudit): number | null {
  const isLabelled = ({ classCounts }: DatasetAudit) => classCounts.some((count) => count > 0)
  return isLabelled(source) && isLabelled(target) ? totalVariation(source.classCounts, target.classCounts) : null
}

function isSame({ shared, source, target }: DataAudit): boolean {
  return shared >= SAME_SHARE * Math.max(1, Math.min(source.items, target.items))
}

function auditProblems(audit: DataAudit): string[] {
  const { shared, source, target } = audit
  const problems: string[] = []
  if (isSame(audit)) problems.push(`${shared} of ${target.items} items are in both: this is one dataset.`)
  else if (shared > 0)
    problems.push(`${shared} items are in both: their labels would reach the target through the source.`)
  const values = scaleGap(audit)
  if (values?.isScale === true) problems.push(`Their values are stored at different scales (${values.phrases[0]}): mend that first, most of the gap may be it.`) // prettier-ignore
  else if (values?.isInverted === true) problems.push(`One looks like the other inverted (${values.phrases[0]}): invert the images of one of them and import it again, adaptation does not bridge that.`) // prettier-ignore
  else if (values !== null && values.phrases.length > 0) problems.push(`Their values differ: ${values.phrases.slice(0, 2).join('; ')}.`) // prettier-ignore
  const shift = priorShift(audit)
  if (shift !== null && shift > PRIOR_SHIFT) problems.push(`Their classes are mixed differently: ${percent(shift)} of the items would have to change their class.`) // prettier-ignore
  if (source.items > 20 * target.items) problems.push(`"${target.name}" is small beside "${source.name}": equal numbers of both were compared.`) // prettier-ignore
  return problems
}

function advice(gap: Gap, problems: readonly string[]): string {
  const { audit, distance } = gap
  if (isSame(audit)) return 'There is nothing to adapt.'
  if (hasToBeMended(audit)) return ''
  if (distance.proxy.distance <= SAME_DISTANCE)
    return 'Hardly anything to adapt: train on the source and use it on the target.'
  const caution = problems.length > 0 ? ' Look at the differences above first.' : ''
  return `Domain adaptation is worth a try (DANN; ADDA where the domains need encoders of their own), beside source-only as the baseline.${caution}`
}

function suggestions({ audit, distance, target }: Gap, _problems: readonly string[]): Finding['suggestions'] {
  const isClose = distance.proxy.distance <= SAME_DISTANCE
  if (isSame(audit) || isClose || hasToBeMended(audit)) return []
  return [
    { title: 'Adapt with DANN', patch: { strategy: { type: 'dann', target } } },
    { title: 'Adapt with ADDA', patch: { strategy: { type: 'adda', target } } },
  ]
}

function distanceTable({ distance: { proxy, mmd }, classes, names, layer }: Gap): ExhibitInput {
  return {
    kind: 'table',
    id: 'gap-distance',
    title: 'Distance',
    words: `Proxy A-distance (0: alike, 2: told apart without a mistake) in the features at "${layer}", beside pairs of classes of "${names[0]}" in the same features. MMD squared ${mmd.squared.toExponential(2)}, p = ${mmd.pValue.toFixed(3)}.`,
    columns: [
      { label: 'Compared' },
      { label: 'Proxy A-distance', format: 'number' },
      { label: 'Told apart', format: 'percent' },
    ],
    rows: [
      [`${names[0]} and ${names[1]}`, proxy.distance, 1 - proxy.error],
      ...classes.map((each) => [
        `classes ${each.classes.join(' and ')}`,
        each.distance,
        accuracyOfDistance(each.distance),
      ]),
    ],
    own: 0,
  }
}

function auditTable({ source, target, shared }: DataAudit, problems: readonly string[]): ExhibitInput {
  const list = (values: readonly number[]) => values.map((value) => Math.round(value)).join(', ')
  const of = (audit: DatasetAudit) => [
    audit.items,
    `${audit.splits.train} / ${audit.splits.validation} / ${audit.splits.test}`,
    audit.classCounts.reduce((sum, count) => sum + count, 0),
    ...(audit.pixels === null ? ['', '', ''] : [`${list(audit.pixels.min)} to ${list(audit.pixels.max)}`, list(audit.pixels.mean), list(audit.pixels.std)]), // prettier-ignore
  ]
  const [a, b] = [of(source), of(target)]
  const labels = ['Items', 'Training / validation / test', 'Labelled', 'Range per channel', 'Mean per channel', 'Deviation per channel'] // prettier-ignore
  return {
    kind: 'table',
    id: 'gap-audit',
    title: 'Audit of both datasets',
    words: problems.length === 0 ? 'Nothing in values, classes or common items speaks against comparing them.' : problems.join(' '), // prettier-ignore
    level: problems.length === 0 ? 'good' : 'warn',
    columns: [{ label: 'What' }, { label: source.name }, { label: target.name }],
    rows: [...labels.map((label, i) => [label, a[i]!, b[i]!]), ['Items that are in both', shared, shared]],
  }
}

function priorsMatrix({ source, target, classes }: DataAudit): ExhibitInput[] {
  if (classes.length === 0) return []
  const shares = ({ classCounts }: DatasetAudit) => {
    const total = Math.max(1, classCounts.reduce((sum, count) => sum + count, 0)) // prettier-ignore
    return classCounts.map((count) => count / total)
  }
  return [
    {
      kind: 'matrix',
      id: 'gap-priors',
      title: 'Shares of the classes',
      words: 'Share of each class among the labelled items of either dataset.',
      rowLabel: 'Dataset',
      columnLabel: 'Class',
      rows: [source.name, target.name],
      columns: [...classes],
      values: [shares(source), shares(target)],
      format: 'percent',
    },
  ]
}
