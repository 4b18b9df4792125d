import { readdirSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { rolldown } from 'rolldown'
import { placesOfSources } from './places-of-sources.mjs'
import { projectRoot } from './setup/context.mjs'
import { remove } from './setup/disk.mjs'

/** Folders of out/, the trainer's apart because packages hold it, too, with sources of src-main by the file that they become. */
const PROGRAMS = {
  node: { cli: 'hosts/cli/main.ts', http: 'hosts/http/main.ts' },
  trainer: { main: 'trainer/main.ts' },
}

/** Where programs lie, seen from each other, by source. */
const PLACES = { 'trainer/main.ts': '../trainer/main.mjs' }

/** Packages of plain JavaScript, which load faster as part of a program than from their many files. */
const BUNDLED = ['zod', 'commander', 'csv-parse', 'fflate']

/** What programs that still run may load later. */
const KEPT_MS = 24 * 60 * 60 * 1000

for (const [name, sources] of Object.entries(PROGRAMS)) await build(join(projectRoot, 'out', name), sources)

/** Joins the sources of programs in few files: a process starts in half the time that hundreds take. */
async function build(folder, sources) {
  const bundle = await rolldown({
    input: Object.fromEntries(
      Object.entries(sources).map(([name, path]) => [name, join(projectRoot, 'src-main', path)]),
    ),
    platform: 'node',
    external: isExternal,
    plugins: [placesOfSources((source) => `../../src-main/${source}`, PLACES)],
    logLevel: 'warn',
  })
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'part-[name]-[hash].mjs',
  })
  removeOthers(folder, new Set(output.map(({ fileName }) => fileName)))
}

function isExternal(id) {
  if (id.startsWith('.') || isAbsolute(id)) return false
  return !BUNDLED.some((name) => id === name || id.startsWith(`${name}/`))
}

function removeOthers(folder, written) {
  for (const name of readdirSync(folder).filter((each) => !written.has(each))) {
    const path = join(folder, name)
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) remove(path)
  }
}
