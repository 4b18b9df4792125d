import { join } from 'node:path'
import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { run, runForeground } from '../setup/process.mjs'

/** Runs one script (a tool's, or one of ours) under the pinned Node and gives its exit code. */
export function runTool(context, script, args, env = {}) {
  return runForeground(pinnedNode(context), scriptArguments(context, script, args), scriptOptions(context, env))
}

/** The same with what it prints kept: `{ code, output }`. */
export function readTool(context, script, args, env = {}) {
  return run(pinnedNode(context), scriptArguments(context, script, args), scriptOptions(context, env))
}

function scriptArguments(context, script, args) {
  return ['--disable-warning=ExperimentalWarning', join(context.root, script), ...args]
}

function scriptOptions(context, env) {
  return { cwd: context.root, env: { ...nodeEnvironment(context), ...env } }
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
