import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../setup/context.mjs'

/**
 * What runs under Wine, one vitest after the other: projects and folders whose tests were seen there. `isCi`: within the ten minutes that CI has.
 * `files` are vitest's filters; a part without any runs its whole project.
 */
export const parts = [
  { name: 'the base', project: 'fast*', files: ['test/unit/base'], isCi: true },
  { name: 'the store', project: 'fast*', files: ['test/store/tags.test.ts', 'test/store/undo.test.ts'], isCi: true },
  { name: 'Windows itself', project: 'windows', files: [], isCi: false },
]

const NO_PARENT = 'asks for the process that started it, which is one of Linux'

/** Files of those parts that are left out, and why: each is said at every run. */
export const leftOut = [
  { file: 'test/unit/base/is-other-process.test.ts', why: NO_PARENT },
  { file: 'test/unit/base/cache-entries.test.ts', why: NO_PARENT },
  {
    file: 'test/unit/base/cache-segment.test.ts',
    why: 'files that a test holds open keep their names; not looked into',
  },
]

/** All of them, CI's (`--ci`), or the one that vitest's own arguments name. */
export function partsFor(args) {
  const isCi = args.includes('--ci')
  const own = args.filter((arg) => arg !== '--ci')
  if (own.length > 0) return [{ name: own.join(' '), args: own }]
  const wanted = parts.filter((part) => !isCi || part.isCi)
  return wanted.map(({ name, project, files }) => ({ name, args: ['--project', project, ...files.flatMap(testsOf)] }))
}

/** By name, since vitest's own --exclude does not reach its projects. */
function testsOf(path) {
  if (path.endsWith('.test.ts')) return [path]
  const found = readdirSync(join(projectRoot, path), { recursive: true }).map((name) => `${path}/${name}`)
  return found.filter((name) => name.endsWith('.test.ts') && !leftOut.some(({ file }) => file === name))
}
