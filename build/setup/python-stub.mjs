import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileInto } from './addon-compile.mjs'
import { firstError } from './addon-link.mjs'
import { ensureCompiler } from './compiler.mjs'
import { importsOf } from './pe-imports.mjs'
import { SetupProblem } from './problem.mjs'

/**
 * TensorFlow's library for Windows also holds its bindings to Python, and is not loaded without Python's library. Nothing that Graft calls goes there, so a
 * library that only has the names is put in its place, beside the addon: no program but the one that loads this addon sees it.
 * It is made of the names that TensorFlow's library asks for. Throws SetupProblem.
 */
export async function makePythonStub(context, { libraryDir, output }) {
  for (const [library, names] of pythonImports(libraryDir)) {
    const compiler = await ensureCompiler(context)
    const result = await compileInto(context, compiler, join(output, library), async (temporary, folder) => {
      const source = join(folder, 'stub.cc')
      writeFileSync(source, stubSource(names))
      return ['-O2', '-shared', '-s', source, '-o', temporary]
    })
    if (result.code === 0) continue
    throw new SetupProblem(
      `A library in the place of ${library} could not be made with ${compiler.path} (${firstError(result.output)}): delete the folder ${join(context.cacheDir, 'compiler')} and run the same command again.`,
      { cause: new Error(result.output) },
    )
  }
}

/** The names of Python's library that the libraries of a folder import, by its file name. */
export function pythonImports(folder) {
  const found = new Map()
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.dll'))) {
    for (const [library, names] of importsOf(join(folder, name))) {
      if (!/^python3\d+\.dll$/i.test(library) || existsSync(join(folder, library))) continue
      found.set(library, [...new Set([...(found.get(library) ?? []), ...names])].sort())
    }
  }
  return found
}

/** Types, exceptions and single objects are data, which is read and counted up while the library is loaded; all else is a function that answers 0. */
export function stubSource(names) {
  const lines = names.map((name) => {
    if (!/^\w+$/.test(name)) throw new Error(`the library asks for “${name}”, which is no name in C`)
    const isData = /^PyExc_|_Type$|^_Py_\w*Struct$/.test(name)
    return isData ? `SHARED char ${name}[1024] = {0};` : `SHARED void *${name}() { return 0; }`
  })
  return `#define SHARED __declspec(dllexport)\nextern "C" {\n${lines.join('\n')}\n}\n`
}
