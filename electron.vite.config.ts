import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Three worlds: main, one CommonJS preload file for the sandbox, and the renderer that every host serves. The trainer, a plain Node under
 *  every host, is built by build/programs.mjs. */
export default defineConfig({
  main: {
    plugins: [copySql()],
    build: {
      outDir: 'out/main',
      externalizeDeps: true,
      rollupOptions: {
        input: [`${root}src-main/hosts/electron/main.ts`],
        // One file per source: what finds a neighbour by import.meta.url (migrations, worker entries) finds it here, too.
        output: {
          format: 'es',
          preserveModules: true,
          preserveModulesRoot: `${root}src-main`,
          entryFileNames: '[name].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: `${root}src-main/hosts/electron/preload.ts` },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias: { '@contract': `${root}src-main/contract` } },
    plugins: [vue()],
    define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    build: {
      outDir: `${root}out/renderer`,
      assetsInlineLimit: 0,
      rollupOptions: { input: `${root}src-renderer/index.html` },
    },
  },
})

/** The store's migrations are plain SQL files beside the code that runs them. */
function copySql(): Plugin {
  const [from, to] = [`${root}src-main/core/store/migrations`, `${root}out/main/core/store/migrations`]
  return { name: 'copy-sql', apply: 'build', closeBundle: () => cpSync(from, to, { recursive: true }) }
}
