import type { LabellerContext } from '../labeller-context.ts'

/** What depends on the features alone: computed when first wanted, then kept as long as they are. */
export function perContext<T>(make: (context: LabellerContext) => T): (context: LabellerContext) => T {
  const kept = new WeakMap<object, T>()
  return (context) => {
    const known = kept.get(context.features)
    if (known !== undefined) return known
    const made = make(context)
    kept.set(context.features, made)
    return made
  }
}
