import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Three worlds: main (with the trainer as its own entry), one CommonJS preload file for the sandbox, and the renderer that
 *  every host serves. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: true,
      rollupOptions: {
        input: { electron: `${root}src-main/hosts/electron/main.ts`, trainer: `${root}src-main/trainer/main.ts` },
        output: { format: 'es', entryFileNames: '[name].js' },
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
    build: { outDir: `${root}out/renderer`, assetsInlineLimit: 0, rollupOptions: { input: `${root}src-renderer/index.html` } },
  },
})
