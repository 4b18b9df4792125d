import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { linuxTargets } from './linux/targets.mjs'
import { createContext, pinnedNode } from './setup/context.mjs'
import { trainerPackages } from './trainer-packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const libraries = `${root}node_modules/@tensorflow/tfjs-node/deps/lib`
const platform = process.env.GRAFT_PACKAGE_PLATFORM ?? process.platform
/** The trainer's own Node (docs/adr/0013-trainer-in-node.md). */
const node = realpathSync(pinnedNode(createContext({ root: root.slice(0, -1), platform })))

/** Everything of the packages that Node never loads: sources, types, maps, other platforms, browser bundles. */
const LEFT_OUT = [
  '!**/*.map',
  '!**/node_modules/**/*.{ts,cts,mts,tsx,tsbuildinfo,html}',
  '!**/node_modules/**/*_test.js',
  '!**/node_modules/**/{test,tests,__tests__,example,examples,benchmark,benchmarks,docs}/**',
  '!**/node_modules/node-{bin-,}{darwin,linux,win}-{x64,arm64}/**',
  '!**/node_modules/@tensorflow/tfjs-*/**/*.{min,es2017,fesm,fesm.min,es2017.min}.js',
  // tf.min.js stays: it lies beside the page of an export.
  '!**/node_modules/@tensorflow/tfjs/**/*.{es2017,fesm,fesm.min,es2017.min}.js',
  // The trainer's Node has what the build without a suffix asks for.
  '!**/node_modules/@litertjs/core/wasm/litert_wasm_{compat,jspi,threaded}_internal.*',
  '!**/node_modules/@tensorflow/tfjs*/{src,tools,wasm-out,dist/miniprogram}/**',
  '!**/node_modules/@tensorflow/tfjs-node/{binding,deps,scripts,python,binding.gyp}',
  '!**/node_modules/better-sqlite3/{deps,src,binding.gyp}',
]

/**
 * Linux, macOS and Windows from one description. TensorFlow's libraries are not an npm package: they are laid beside the
 * unpacked addon, where it looks for them ($ORIGIN/../../deps/lib; on Windows its own folder).
 * @type {import('electron-builder').Configuration}
 */
export default {
  appId: 'app.graft.workbench',
  productName: 'Graft',
  copyright: 'MIT licence',
  directories: { output: 'dist', buildResources: 'build' },
  files: ['out/{main,preload,renderer,trainer}/**', 'package.json', 'LICENSE', ...LEFT_OUT, ...otherSqlite()],
  asar: true,
  // Native code has to be real files, and so has all that the trainer's Node loads: it knows no archives.
  asarUnpack: [
    '**/*.node',
    '**/node_modules/better-sqlite3/**',
    'package.json',
    'out/trainer/**',
    ...trainerPackages(root).map((name) => `**/node_modules/${name}/**`),
  ],
  extraResources: [
    { from: 'resources', to: 'resources' },
    { from: 'build/icons/icon.png', to: 'icon.png' },
    { from: node, to: `node/node${platform === 'win32' ? '.exe' : ''}` },
    { from: join(dirname(dirname(node)), 'LICENSE'), to: 'licences/node/LICENSE' },
    // @litertjs/core is under the Apache License 2.0, too, and comes without its text.
    { from: `${root}node_modules/flatbuffers/LICENSE`, to: 'licences/litert/LICENSE' },
    ...besideAddon(),
    {
      from: dirname(realpathSync(libraries)),
      to: 'licences/tensorflow',
      filter: ['LICENSE', 'THIRD_PARTY_NOTICES.txt'],
    },
  ],
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,
  publish: null,
  // The .deb format demands an address; Graft has none.
  extraMetadata: { homepage: 'https://graft.invalid', desktopName: 'graft.desktop' },
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    // Graft keeps no cookies; encrypting none would only ask for the user's keychain.
    enableCookieEncryption: false,
  },
  ...linuxTargets,
  mac: {
    target: ['dmg'],
    icon: 'build/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.inherit.plist',
  },
  win: { target: ['nsis'], icon: 'build/icons/icon.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
}

/** On Windows the set-up lays the libraries into the addon's own folder, which is unpacked with its package: once is enough for 1.1 GB. */
function besideAddon() {
  if (platform === 'win32') return []
  const to = 'app.asar.unpacked/node_modules/@tensorflow/tfjs-node/deps/lib'
  return [{ from: libraries, to, filter: ['*tensorflow*'] }]
}

/** better-sqlite3 brings its binary for every system; a package carries the one (or on Linux the two) of its own. */
function otherSqlite() {
  const own = platform === 'darwin' ? 'darwin-' : platform === 'win32' ? 'win32-' : 'linux'
  const names = readdirSync(`${root}node_modules/better-sqlite3/prebuilds`)
  return names.filter((name) => !name.startsWith(own)).map((name) => `!**/better-sqlite3/prebuilds/${name}`)
}
