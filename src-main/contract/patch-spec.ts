/** Applies a patch of the contract: paths of the spec ("optimizer.learningRate", "heads.0.column") to new values; null
 *  takes a field away. The spec given is left as it is. */
export function patchSpec<S extends object>(spec: S, patch: Readonly<Record<string, unknown>>): S {
  const copy = JSON.parse(JSON.stringify(spec)) as Record<string, unknown>
  for (const [path, value] of Object.entries(patch)) setPath(copy, path.split('.'), value)
  return copy as S
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined || key === '__proto__') return
  if (rest.length > 0) {
    const inner = target[key]
    // A path into a field that is not there makes it, so that fixes work on sparse specs.
    const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}
    target[key] = next
    setPath(next, rest, value)
    if (Object.keys(next).length === 0 && !Array.isArray(next)) delete target[key]
    return
  }
  if (value === null || value === undefined) {
    if (Array.isArray(target)) target.splice(Number(key), 1)
    else delete target[key]
  } else target[key] = JSON.parse(JSON.stringify(value)) as unknown
}
