import type { ExportModel, RuntimeCode } from '../exporter.ts'
import { JAVASCRIPT_ANSWERS, JAVASCRIPT_MAIN } from './javascript-answers.ts'
import { JAVASCRIPT_FILES, JAVASCRIPT_FILES_IMPORTS } from './javascript-files.ts'
import { JAVASCRIPT_PIXELS } from './javascript-pixels.ts'
import { JAVASCRIPT_TABLE_FILES, JAVASCRIPT_TABLES, JAVASCRIPT_TABLES_IMPORTS } from './javascript-tables.ts'
import { PROGRAM_FILES } from '../../../contract/proof-words.ts'

/** predict.mjs: Graft's own answer for photographs or tables in Node, with the format's own runtime in the middle. */
export function javascriptProgram({ preprocessing }: Pick<ExportModel, 'preprocessing'>, runtime: RuntimeCode): string {
  const isTable = preprocessing.kind === 'table'
  const what = isTable ? 'rows.csv' : 'photo.jpg [more files or a folder]'
  const packages = [...(isTable ? [] : ['sharp']), ...runtime.packages.filter((name) => name !== 'sharp')]
  const lines = runtime.code.trim().split('\n')
  const imports = lines.filter((line) => line.startsWith('import '))
  const code = lines.filter((line) => !line.startsWith('import '))
  return [
    `// Graft's own answer for ${isTable ? 'the rows of a table' : 'photographs'}, from the files in this folder.`,
    '//',
    `//   npm install ${packages.join(' ')}`,
    `//   node ${PROGRAM_FILES.javascript} ${what} [--json]`,
    ...mergedImports([...IMPORTS, ...(isTable ? JAVASCRIPT_TABLES_IMPORTS : JAVASCRIPT_FILES_IMPORTS), ...imports]),
    '',
    '// --- how the files of this format are run',
    ...code,
    '',
    '// --- what Graft does before and after',
    "const FOLDER = fileURLToPath(new URL('.', import.meta.url))",
    "const PREPARATION = JSON.parse(readFileSync(new URL('preprocessing.json', import.meta.url), 'utf8'))",
    "const HEADS = JSON.parse(readFileSync(new URL('labels.json', import.meta.url), 'utf8')).heads",
    `const COMPUTED_BY = ${JSON.stringify(runtime.computedBy)}`,
    `const HELP = ${JSON.stringify(helpOf(what))}`,
    ...(isTable ? [JAVASCRIPT_TABLES, JAVASCRIPT_TABLE_FILES] : [JAVASCRIPT_PIXELS, JAVASCRIPT_FILES]).map((part) =>
      part.trimEnd(),
    ),
    JAVASCRIPT_ANSWERS.trimEnd(),
    JAVASCRIPT_MAIN,
  ].join('\n')
}

const IMPORTS = [
  "import { readFileSync, realpathSync } from 'node:fs'",
  "import { fileURLToPath, pathToFileURL } from 'node:url'",
  "import { parseArgs } from 'node:util'",
] as const

/** One line for each module: a name that is imported twice would be an error. */
function mergedImports(lines: readonly string[]): string[] {
  const named = new Map<string, Set<string>>()
  const others = new Set<string>()
  for (const line of lines) {
    const [, names, from] = /^import \{ (.+) \} from '(.+)'$/.exec(line) ?? []
    if (names === undefined || from === undefined) others.add(line)
    else named.set(from, new Set([...(named.get(from) ?? []), ...names.split(', ')]))
  }
  const merged = [...named].map(([from, names]) => `import { ${[...names].sort().join(', ')} } from '${from}'`)
  return [...merged.sort(), ...others]
}

function helpOf(what: string): string {
  return [
    `node ${PROGRAM_FILES.javascript} ${what} [--json] [--top N] [--time]`,
    '  --json   an array of {path, predicted, probabilities}; a number is {path, value}, several heads are {path, heads: {name: ...}},',
    '           what cannot be read is {path, error}',
    '  --top N  how many classes to print without --json (5)',
    '  --time   say on standard error what computed and how long reading and answering took, without loading the model',
  ].join('\n')
}
