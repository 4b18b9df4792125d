import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { pinnedNode } from './context.mjs'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'
import { hashText, hashTree, readStamp, removeStamp, writeStamp } from './stamp.mjs'

const SOURCES = ['src-renderer', 'src-main', 'electron.vite.config.ts', 'build/icons']
const RESULTS = ['out/renderer/index.html', 'out/preload/preload.cjs', 'out/main/hosts/electron/main.js']

/** Builds the window (and Electron's main and preload scripts) with electron-vite, when a source changed. */
export async function ensureRenderer(context) {
  const wanted = sourcesOf(context)
  const isWhole = RESULTS.every((path) => existsSync(join(context.root, path)))
  if (isWhole && readStamp(context, 'renderer')?.sources === wanted) return
  removeStamp(context, 'renderer')
  const task = context.progress.task('Building the window', 0)
  const script = join(context.root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const result = await run(pinnedNode(context), [script, 'build', '--logLevel', 'warn'], {
    cwd: context.root,
    env: { ...context.env, NODE_ENV: 'production' },
  })
  if (result.code !== 0) {
    task.end('failed')
    context.progress.say(stripVTControlCharacters(result.output).trim())
    throw new SetupProblem(
      'The window could not be built: see the lines above; if you changed no source, please report them.',
    )
  }
  task.end()
  writeStamp(context, 'renderer', { sources: wanted })
}

/** What the window of a checkout is built from, as one hash. */
export function sourcesOf(context) {
  const lock = readFileSync(join(context.root, 'package-lock.json'), 'utf8')
  return hashText(hashTree(context.root, SOURCES) + hashText(lock))
}
