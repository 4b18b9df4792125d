/** Applies a patch of the contract to a spec as plain data: paths ("optimizer.learningRate", "heads.0.column") to new values; null
 *  takes a field away. The window's bench has the same in src-renderer/features/bench/patch-spec.ts; a test holds the two together. */
export function patchSpec(spec: object, patch: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = structuredClone(spec) as Record<string, unknown>
  for (const [path, value] of Object.entries(patch)) setPath(copy, path.split('.'), value)
  return copy
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined || key === '__proto__') return
  if (rest.length > 0) {
    const inner = target[key]
    const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}
    target[key] = next
    setPath(next, rest, value)
    if (Object.keys(next).length === 0 && !Array.isArray(next)) delete target[key]
    return
  }
  if (value === null || value === undefined) {
    if (Array.isArray(target)) target.splice(Number(key), 1)
    else delete target[key]
  } else target[key] = structuredClone(value)
}
