import type { Dataset, DatasetStatistics, ItemFilter } from '@contract/datasets.ts'
import { formatInteger, formatNumber, formatPercent, plural } from '../../ui/format.ts'

export interface Finding {
  readonly tone: 'good' | 'note' | 'warn'
  readonly title: string
  readonly text: string
  /** Shows the items that it is about. */
  readonly filter: ItemFilter | null
  readonly action?: string
}

type ColumnStatistics = DatasetStatistics['columns'][number]

/** What a careful person would want to know before training, in words. */
export function auditFindings(dataset: Dataset, statistics: DatasetStatistics): Finding[] {
  return [
    ...statistics.columns.flatMap((column) => columnFindings(dataset, column)),
    splitFinding(dataset),
    duplicateFinding(statistics.duplicates, dataset.kind),
    ...(dataset.kind === 'image'
      ? [sizeFinding(statistics), channelFinding(statistics)].filter((one) => one !== null)
      : []),
    problemFinding(dataset),
  ]
}

function columnFindings(dataset: Dataset, column: ColumnStatistics): Finding[] {
  const findings = [unlabelledFinding(dataset, column)]
  const type = dataset.labelColumns.find((one) => one.name === column.name)?.type
  if (type === 'classification') findings.push(...balanceFindings(column))
  return findings
}

function unlabelledFinding(dataset: Dataset, column: ColumnStatistics): Finding {
  const several = dataset.labelColumns.length > 1 ? ` (${column.name})` : ''
  if (column.unlabelled === 0) {
    return {
      tone: 'good',
      title: `Every item has a label${several}`,
      text: `${plural(dataset.items, 'item')}.`,
      filter: null,
    }
  }
  const share = formatPercent(column.unlabelled / Math.max(1, dataset.items), 0)
  return {
    tone: 'note',
    title: `${plural(column.unlabelled, 'item has', 'items have')} no label${several}`,
    text: `${share} of the dataset. Training leaves them out until they are labelled.`,
    filter: { column: column.name, label: null },
  }
}

function balanceFindings(column: ColumnStatistics): Finding[] {
  const classes = [...column.classes].filter((one) => one.total > 0).sort((a, b) => b.total - a.total)
  const [largest, smallest] = [classes[0], classes.at(-1)]
  if (largest === undefined || smallest === undefined || classes.length < 2) {
    return [
      {
        tone: 'warn',
        title: `“${column.name}” has fewer than two classes in use`,
        text: 'A classifier needs items of at least two classes.',
        filter: null,
      },
    ]
  }
  const findings = [balanceFinding(largest, smallest, classes.length)]
  const thin = classes.filter((one) => one.train < 10)
  if (thin.length > 0) findings.push(thinFinding(column.name, thin))
  return findings
}

function balanceFinding(
  largest: { name: string; total: number },
  smallest: { name: string; total: number },
  count: number,
): Finding {
  const ratio = largest.total / smallest.total
  if (ratio < 2) {
    return {
      tone: 'good',
      title: `${count} classes of similar size`,
      text: `From ${formatInteger(smallest.total)} to ${formatInteger(largest.total)} items each.`,
      filter: null,
    }
  }
  return {
    tone: ratio >= 5 ? 'warn' : 'note',
    title: `“${largest.name}” has ${formatNumber(ratio, 2)} times as many items as “${smallest.name}”`,
    text: 'Accuracy alone then says little: look at the score of each class, and consider balanced class weights.',
    filter: null,
  }
}

function thinFinding(column: string, thin: { name: string; train: number }[]): Finding {
  const smallest = thin.at(-1)
  const names = thin
    .slice(0, 3)
    .map((one) => `“${one.name}”`)
    .join(', ')
  const more = thin.length > 3 ? ` and ${thin.length - 3} more` : ''
  return {
    tone: 'warn',
    title: `${plural(thin.length, 'class has', 'classes have')} fewer than 10 training items`,
    text: `${names}${more}. A few more examples there help more than anywhere else.`,
    filter: smallest === undefined ? null : { column, label: smallest.name },
    action: 'Show the smallest',
  }
}

function splitFinding({ splitCounts: { train, validation, test } }: Dataset): Finding {
  const text = `${formatInteger(train)} to train, ${formatInteger(validation)} to validate, ${formatInteger(test)} to test.`
  if (validation === 0 || test === 0) {
    const missing =
      validation === 0 && test === 0
        ? 'validation and test items'
        : validation === 0
          ? 'validation items'
          : 'test items'
    return {
      tone: 'warn',
      title: `There are no ${missing}`,
      text: `${text} Without them a result cannot be trusted.`,
      filter: null,
    }
  }
  return { tone: 'good', title: 'Split into train, validation and test', text, filter: null }
}

function duplicateFinding(duplicates: number, kind: Dataset['kind']): Finding {
  if (duplicates === 0)
    return { tone: 'good', title: 'No exact duplicates', text: 'Every item has its own content.', filter: null }
  if (kind === 'table') {
    const title = `${plural(duplicates, 'row has', 'rows have')} the features of another`
    return { tone: 'note', title, text: 'They are split like any other rows.', filter: { duplicates: true } }
  }
  return {
    tone: 'note',
    title: `${plural(duplicates, 'item is', 'items are')} an exact copy of another`,
    text: 'Copies stay together in one split and out of the test split, so they cannot flatter the result; a test split that the source gives stays whole.',
    filter: { duplicates: true },
  }
}

function sizeFinding({ sizes }: DatasetStatistics): Finding | null {
  const first = sizes[0]
  if (first === undefined) return null
  if (sizes.length === 1)
    return {
      tone: 'good',
      title: `All images are ${first.width} × ${first.height}`,
      text: 'Pixels, width by height.',
      filter: null,
    }
  const areas = [...sizes].sort((a, b) => a.width * a.height - b.width * b.height)
  const [small, large] = [areas[0] ?? first, areas.at(-1) ?? first]
  return {
    tone: 'note',
    title: `${formatInteger(sizes.length)} different image sizes`,
    text: `From ${small.width} × ${small.height} to ${large.width} × ${large.height} pixels. Training scales them to the network's input.`,
    filter: null,
  }
}

const CHANNELS: Record<string, string> = {
  '1': 'grey',
  '2': 'grey with alpha',
  '3': 'colour',
  '4': 'colour with alpha',
}

function channelFinding({ channels }: DatasetStatistics): Finding | null {
  const kinds = Object.entries(channels).filter(([, count]) => count > 0)
  if (kinds.length === 0) return null
  const text = kinds
    .map(([channel, count]) => `${formatInteger(count)} ${CHANNELS[channel] ?? `with ${channel} channels`}`)
    .join(', ')
  if (kinds.length === 1)
    return {
      tone: 'good',
      title: `All images are ${CHANNELS[kinds[0]?.[0] ?? ''] ?? 'alike in channels'}`,
      text: `${text}.`,
      filter: null,
    }
  return {
    tone: 'note',
    title: 'Grey and colour images are mixed',
    text: `${text}. Training converts them to what the network takes.`,
    filter: null,
  }
}

function problemFinding({ problems }: Dataset): Finding {
  if (problems === 0)
    return {
      tone: 'good',
      title: 'Everything in the source was usable',
      text: 'Nothing was left out at import.',
      filter: null,
    }
  return {
    tone: 'note',
    title: `${plural(problems, 'problem')} at import`,
    text: 'Files left out or worth a look: see the Problems tab.',
    filter: null,
  }
}
