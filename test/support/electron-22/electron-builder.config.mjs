import { join } from 'node:path'
import config from '../../../build/electron-builder.config.mjs'

/** Graft's own package, with what Electron 22 lacks laid into it. `GRAFT_ELECTRON_22` is the folder that build-app.ts made. */
const built = process.env.GRAFT_ELECTRON_22
const wasm = 'node_modules/node-sqlite3-wasm'

// 22 has not got this fuse yet.
const electronFuses = { ...config.electronFuses }
delete electronFuses.grantFileProtocolExtraPrivileges

export default {
  ...config,
  electronVersion: '22.3.25',
  files: [
    ...config.files,
    '!out/{preload,renderer}/**',
    { from: join(built, 'out'), to: 'out' },
    { from: join(built, 'compat'), to: 'compat' },
    { from: wasm, to: wasm },
  ],
  electronFuses,
  extraMetadata: { ...config.extraMetadata, main: 'compat/boot.cjs' },
}
