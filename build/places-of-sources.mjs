import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { projectRoot } from './setup/context.mjs'

const SOURCES = join(projectRoot, 'src-main')

/**
 * Sources find their neighbours by import.meta.url, also where they are joined with others in one file: it becomes the place of the source
 * itself, or of what stands in its place there. Places are relative to the folder of the build.
 * @param {(source: string) => string} placeOf of a source, named relative to src-main
 * @param {Record<string, string>} programs places of those that are built, by source
 */
export function placesOfSources(placeOf, programs = {}) {
  return {
    name: 'places-of-sources',
    transform(code, id) {
      if (!id.startsWith(SOURCES + sep) || !code.includes('import.meta.url')) return null
      const own = urlOf(placeOf(named(id)))
      let changed = code
      // From the last to the first, so that places before stay right.
      for (const { start, end, neighbour } of urlsIn(parseAst(code, { lang: 'ts' })).reverse()) {
        const program = neighbour && programs[named(resolve(dirname(id), neighbour))]
        const url = program ? urlOf(program) : code.slice(start, end).replace('import.meta.url', `${own}.href`)
        changed = changed.slice(0, start) + url + changed.slice(end)
      }
      return changed
    },
    renderChunk(code, { fileName }) {
      return code.replace(/__PLACE__\("([^"]+)"\)/g, (_found, place) => {
        return JSON.stringify(`./${posix.relative(posix.dirname(fileName), place)}`)
      })
    },
  }
}

function named(path) {
  return relative(SOURCES, path).split(sep).join('/')
}

function urlOf(place) {
  return `new URL(__PLACE__("${place}"), import.meta.url)`
}

/** Each import.meta.url of a syntax tree, or the `new URL(neighbour, import.meta.url)` that it stands in. */
function urlsIn(node) {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(urlsIn)
  if (node.type === 'MemberExpression' && node.object.type === 'MetaProperty') return [node]
  const found = Object.values(node).flatMap(urlsIn)
  const isUrl = node.type === 'NewExpression' && node.callee.name === 'URL' && found.length === 1
  return isUrl ? [{ start: node.start, end: node.end, neighbour: node.arguments[0].value }] : found
}
