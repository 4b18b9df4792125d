import { join } from 'node:path'
import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { runForeground } from '../setup/process.mjs'

/** What runs one script (a tool's, or one of ours) under the pinned Node: program, arguments and options. */
export function commandOf(context, script, args, env = {}) {
  return [
    pinnedNode(context),
    ['--disable-warning=ExperimentalWarning', join(context.root, script), ...args],
    { cwd: context.root, env: { ...nodeEnvironment(context), ...env } },
  ]
}

/** Runs it in the foreground and gives its exit code. */
export function runTool(context, script, args, env = {}) {
  return runForeground(...commandOf(context, script, args, env))
}

export const tools = {
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  eslint: 'node_modules/eslint/bin/eslint.js',
  tsc: 'node_modules/typescript/bin/tsc',
  vueTsc: 'node_modules/vue-tsc/bin/vue-tsc.js',
  vitest: 'node_modules/vitest/vitest.mjs',
  stryker: 'node_modules/@stryker-mutator/core/bin/stryker.js',
  electronBuilder: 'node_modules/electron-builder/cli.js',
}
