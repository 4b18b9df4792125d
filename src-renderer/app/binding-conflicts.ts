import { tidyKeys } from './chords.ts'

/** Who else answers to these keys where both are live: the same scope, one that is always there, or one that is on the
 *  same screen now. */
export function conflictsOf(
  rows: readonly { id: string; scope: string; keys: readonly string[]; active: boolean }[],
  id: string,
  keys: string,
): string[] {
  const own = rows.find((row) => row.id === id)
  const wanted = tidyKeys(keys)
  return rows
    .filter((row) => row.id !== id && row.keys.some((one) => clash(tidyKeys(one), wanted)))
    .filter(
      (row) =>
        row.scope === own?.scope ||
        [row.scope, own?.scope].includes('Everywhere') ||
        (row.active && own?.active === true),
    )
    .map((row) => row.id)
}

/** Equal, or one begins the other's sequence. */
function clash(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `)
}
