import type { Variant } from '@contract/params.ts'

export interface StrategyGroup {
  readonly title: string
  /** When to look here. */
  readonly words: string
  readonly variants: readonly Variant[]
}

/** What a strategy is for, told by its type. One that no line knows comes last, under `More`. */
const GROUPS: readonly { readonly title: string; readonly words: string; readonly types: RegExp }[] = [
  { title: 'Meta-learning', words: 'Learn to learn from a few examples.', types: /maml|reptile|meta|few-shot/ },
  { title: 'Several tasks', words: 'More than one label column.', types: /multi-?task|sharing|cross-stitch|task/ },
  { title: 'Domains', words: 'Train on one kind of data, use on another.', types: /dann|adda|domain/ },
  { title: 'Compress', words: 'A smaller or clearer model from a larger one.', types: /distil|born-again|tree/ },
  {
    title: 'Few labels',
    words: 'Much data, little of it labelled.',
    types: /self-training|pseudo|rbm|belief|dbn|denois|rotation|pre-?train|autoencoder/,
  },
  {
    title: 'Transfer',
    words: 'Reuse what a network has learned.',
    types: /feature|fine-?tun|unfreez|l2-sp|discriminative|activation/,
  },
]
const ORDER = ['Transfer', 'Compress', 'Several tasks', 'Few labels', 'Domains', 'Meta-learning', 'More']

export function groupTitle(type: string): string {
  return GROUPS.find((group) => group.types.test(type))?.title ?? 'More'
}

/** Strategies by what they are for; with a search only those whose words all occur in name, sentence or group. */
export function strategyGroups(variants: readonly Variant[], search = ''): StrategyGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (variant: Variant): boolean => {
    const text = `${variant.label} ${variant.help} ${variant.type} ${groupTitle(variant.type)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const byTitle = Map.groupBy(variants.filter(fits), (variant) => groupTitle(variant.type))
  return ORDER.flatMap((title) => {
    const members = byTitle.get(title)
    const help = GROUPS.find((group) => group.title === title)?.words ?? ''
    return members ? [{ title, words: help, variants: members }] : []
  })
}
