import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The renderer alone, for hosts without Electron and for quick looks; electron.vite.config.ts builds the same. */
export default defineConfig({
  root: `${root}src-renderer`,
  base: './',
  resolve: { alias: { '@contract': `${root}src-main/contract` } },
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  build: { outDir: `${root}out/renderer`, emptyOutDir: true, assetsInlineLimit: 0 },
})
