/** `path.of.parameter` -> one value per spec, of those parameters that differ; `all`: of all. */
export function differingParameters(specs: readonly object[], all = false): Record<string, unknown[]> {
  const flat = specs.map((spec) => flatten(spec))
  const paths = [...new Set(flat.flatMap((entries) => Object.keys(entries)))].sort()
  const rows = paths.map((path) => [path, flat.map((entries) => entries[path])] as const)
  return Object.fromEntries(
    rows.filter(([, values]) => all || new Set(values.map((value) => JSON.stringify(value))).size > 1),
  )
}

function flatten(value: unknown, path = ''): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { [path]: value }
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`)),
  ) as Record<string, unknown>
}
