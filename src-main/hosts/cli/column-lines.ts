import { plural } from '../../base/plural.ts'
import type { FeatureColumn, LabelColumn } from '../../contract/datasets.ts'

const LISTED = 40

interface Columns {
  readonly labelColumns: readonly (Pick<LabelColumn, 'name' | 'type'> & { readonly classes: readonly unknown[] })[]
  readonly featureColumns: readonly FeatureColumn[]
}

function countOf(type: LabelColumn['type'], count: number): string {
  return type === 'tags' ? `${plural(count, 'tag')}, several an item` : plural(count, 'class', 'classes')
}

/** What the import made of each column: what is to be predicted and how, and what the network sees. */
export function columnLines({ labelColumns, featureColumns }: Columns): string[] {
  const labels = labelColumns.map(({ name, type, classes }) =>
    type === 'regression' ? `${name} (numbers: regression)` : `${name} (${countOf(type, classes.length)})`,
  )
  const features = featureColumns.slice(0, LISTED).map(({ name, type, categories, missing }) => {
    const texts = missing === undefined || missing.texts.length === 0 ? '' : `: ${missing.texts.join(', ')}`
    const gaps = missing === undefined || missing.cells === 0 ? '' : `, ${missing.cells} missing${texts}`
    return `${name} (${type === 'numeric' ? 'numbers' : plural(categories.length, 'category', 'categories')}${gaps})`
  })
  const more = featureColumns.length > LISTED ? ` and ${featureColumns.length - LISTED} more` : ''
  return [
    `  to predict: ${labels.join(', ') || 'nothing yet, there is no label'}`,
    ...(features.length === 0 ? [] : [`  features: ${features.join(', ')}${more}`]),
  ]
}
