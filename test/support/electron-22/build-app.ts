import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { rolldown } from 'rolldown'
import { build } from 'vite'
import { createContext } from '../../../build/setup/context.mjs'
import { ensureRenderer } from '../../../build/setup/ensure-renderer.mjs'
import { hashText, hashTree, readStamp, writeStamp } from '../../../build/setup/stamp.mjs'

const FILES = ['boot.cjs', 'electron.cjs', 'language.cjs', 'node.cjs', 'sqlite.cjs']
const SOURCES = ['src-renderer', 'src-main', 'test/support/electron-22', 'electron.vite.config.ts', 'package-lock.json']

/** Builds the app for Electron 22 into a folder of `.graft`, once per state of the sources: `compat/` (main process) and
 *  `out/{preload,renderer}`. Returns the folder. */
export async function buildForElectron22(): Promise<string> {
  const context = createContext()
  await ensureRenderer(context)
  const folder = join(context.stateDir, 'electron-22')
  const sources = hashText(hashTree(context.root, SOURCES))
  if (existsSync(folder) && readStamp(context, 'electron-22')?.sources === sources) return folder
  rmSync(folder, { recursive: true, force: true })
  const task = context.progress.task('Building the app for Electron 22', 0)
  await buildMain(context.root, folder)
  buildPreload(context.root, folder)
  await buildPage(context.root, folder)
  task.end()
  writeStamp(context, 'electron-22', { sources })
  return folder
}

async function buildMain(root: string, folder: string): Promise<void> {
  const bundle = await rolldown({
    input: { main: join(root, 'src-main/hosts/electron/main.ts') },
    external: ['electron', 'node-sqlite3-wasm', /^node:/],
    platform: 'node',
    resolve: { alias: { 'better-sqlite3': join(import.meta.dirname, 'sqlite.cjs') } },
    transform: { target: 'node16' },
    logLevel: 'warn',
  })
  const compat = join(folder, 'compat')
  await bundle.write({
    dir: join(compat, 'main'),
    format: 'cjs',
    preserveModules: true,
    preserveModulesRoot: join(root, 'src-main'),
    entryFileNames: '[name].cjs',
    exports: 'auto',
  })
  for (const name of FILES) cpSync(join(import.meta.dirname, name), join(compat, name))
  writeFileSync(join(compat, 'package.json'), '{ "type": "commonjs" }\n')
  cpSync(join(root, 'src-main/core/store/migrations'), join(compat, 'main/core/store/migrations'), { recursive: true })
}

function buildPreload(root: string, folder: string): void {
  const text = (path: string): string => readFileSync(path, 'utf8')
  const before = text(join(import.meta.dirname, 'preload.cjs'))
  mkdirSync(join(folder, 'out/preload'), { recursive: true })
  writeFileSync(join(folder, 'out/preload/preload.cjs'), before + text(join(root, 'out/preload/preload.cjs')))
}

async function buildPage(root: string, folder: string): Promise<void> {
  const outDir = join(folder, 'out/renderer')
  await build({
    configFile: false,
    root: join(root, 'src-renderer'),
    base: './',
    logLevel: 'warn',
    resolve: { alias: { '@contract': join(root, 'src-main/contract') } },
    plugins: [vue()],
    define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: 'chrome108',
      cssTarget: 'chrome108',
      reportCompressedSize: false,
    },
  })
  cpSync(join(import.meta.dirname, 'language.cjs'), join(outDir, 'language.js'))
  const index = join(outDir, 'index.html')
  const html = readFileSync(index, 'utf8')
  writeFileSync(index, html.replace('<script', '<script src="./language.js"></script><script'))
}
