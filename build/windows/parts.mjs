/**
 * What runs under Wine, one vitest after the other. `isCi`: within the ten minutes that CI has for it.
 * Names of files are vitest's filters; a part without any runs the whole project.
 */
export const parts = [
  { name: 'unit, store, set-up and the contract', project: 'fast*', files: [], isCi: true },
  { name: 'Windows itself', project: 'windows', files: [], isCi: true },
]

/** All of them, CI's (`--ci`), or the one that vitest's own arguments name. */
export function partsFor(args) {
  const isCi = args.includes('--ci')
  const own = args.filter((arg) => arg !== '--ci')
  if (own.length > 0) return [{ name: own.join(' '), args: own }]
  return parts
    .filter((part) => !isCi || part.isCi)
    .map(({ name, project, files }) => ({ name, args: ['--project', project, ...files] }))
}
