import { ensureBuilt, sourcesOf } from './ensure-built.mjs'

const SOURCES = ['src-renderer', 'src-main', 'electron.vite.config.ts', 'build/icons']

/** Builds the window (and Electron's main and preload scripts) with electron-vite, when a source changed. */
export function ensureRenderer(context) {
  return ensureBuilt(context, {
    what: 'the window',
    stamp: 'renderer',
    sources: SOURCES,
    results: ['out/renderer/index.html', 'out/preload/preload.cjs', 'out/main/hosts/electron/main.js'],
    script: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
  })
}

/** What the window of a checkout is built from, as one hash. */
export function windowSources(context) {
  return sourcesOf(context, SOURCES)
}
