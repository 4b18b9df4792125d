import type { Desk } from '../desk.ts'

/** What depends on the features alone: computed when first wanted, then kept as long as they are. */
export function perDesk<T>(make: (desk: Desk) => T): (desk: Desk) => T {
  const kept = new WeakMap<object, T>()
  return (desk) => {
    const known = kept.get(desk.features)
    if (known !== undefined) return known
    const made = make(desk)
    kept.set(desk.features, made)
    return made
  }
}
