import { join } from 'node:path'
import { ensureBuilt, sourcesOf } from './ensure-built.mjs'

const SOURCES = ['src-main', 'build/programs.mjs', 'build/places-of-sources.mjs']

/** Where a program lies that users start: `cli` or `http`. */
export function programPath(context, name) {
  return join(context.root, 'out', 'node', `${name}.mjs`)
}

/** Joins the sources of Node's programs (the command line, the loopback host, the trainer) in few files, when one changed: it takes a second. */
export function ensurePrograms(context) {
  return ensureBuilt(context, {
    what: 'the programs',
    stamp: 'programs',
    sources: SOURCES,
    results: ['out/node/cli.mjs', 'out/node/http.mjs', 'out/trainer/main.mjs'],
    script: ['build/programs.mjs'],
  })
}

/** What the programs of a checkout are built from, as one hash. */
export function programSources(context) {
  return sourcesOf(context, SOURCES)
}
