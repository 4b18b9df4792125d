import type { Run } from '@contract/runs.ts'

export interface ParamRow {
  /** Path in the spec, e.g. `optimizer.learningRate`. */
  readonly path: string
  readonly values: readonly (string | null)[]
  readonly differs: boolean
}

/** A spec as flat text values by path. Lists of plain values stay one value; empty ones are left out. */
export function flatten(value: unknown, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  if (value === null || value === undefined) return flat
  if (isPlainList(value)) {
    if (value.length > 0) flat.set(path, value.join(', '))
  } else if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      for (const [innerPath, text] of flatten(inner, path === '' ? key : `${path}.${key}`)) flat.set(innerPath, text)
    }
  } else {
    flat.set(path, String(value))
  }
  return flat
}

/** One row per parameter, one value per run; null where a run does not have it. */
export function paramRows(specs: readonly unknown[]): ParamRow[] {
  const flats = specs.map((spec) => flatten(spec))
  const paths = [...new Set(flats.flatMap((flat) => [...flat.keys()]))]
  return paths.map((path) => {
    const values = flats.map((flat) => flat.get(path) ?? null)
    return { path, values, differs: new Set(values).size > 1 }
  })
}

export function filterParams(rows: readonly ParamRow[], search: string, onlyDifferent: boolean): ParamRow[] {
  const wanted = search.trim().toLowerCase()
  return rows.filter(
    (row) =>
      (!onlyDifferent || row.differs) &&
      (wanted === '' ||
        row.path.toLowerCase().includes(wanted) ||
        row.values.some((value) => value?.toLowerCase().includes(wanted))),
  )
}

/** Facts of a run that are not in its spec, but make it differ. */
export function runFacts(run: Run): Record<string, unknown> {
  return {
    'dataset version': run.dataset.version,
    'dataset hash': run.dataset.hash.slice(0, 12),
    'parameters total': run.parameters.total,
    'parameters trainable': run.parameters.trainable,
    'parameters frozen': run.parameters.frozen,
    'parameters fresh': run.parameters.fresh,
  }
}

/** The table as tab-separated text, for a spreadsheet. */
export function paramsText(names: readonly string[], rows: readonly ParamRow[]): string {
  return [['parameter', ...names], ...rows.map((row) => [row.path, ...row.values.map((value) => value ?? '')])]
    .map((cells) => cells.map((cell) => cell.replace(/[\t\n\r]/g, ' ')).join('\t'))
    .join('\n')
}

function isPlainList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.every((entry) => typeof entry !== 'object' || entry === null)
}
