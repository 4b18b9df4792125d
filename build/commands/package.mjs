import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemTools } from '../linux/system-tools.mjs'
import { run } from '../setup/process.mjs'
import { pinnedNode } from '../setup/context.mjs'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { tools } from './tool.mjs'

const NO_DOWNLOAD = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|403|fetch failed|download/i

/** `npm run package`: the installers of this system, in dist/. More arguments go to electron-builder (`-- --dir`). */
await runCommand(async () => {
  const context = await setUp()
  const given = process.argv.slice(2)
  const system = await systemTools(context, given)
  context.progress.say('Packaging (several minutes; the result is about 1 GB) ...')
  const result = await electronBuilder(context, system, given)
  if (result.code === 0) return 0
  if (/failed to build AppImage/.test(result.output) && NO_DOWNLOAD.test(result.output)) {
    throw await withoutAppImage(context, system, given)
  }
  if (NO_DOWNLOAD.test(result.output)) {
    throw new SetupProblem(
      'Electron (or a packaging tool) could not be downloaded: run this where the network allows it, or pass an unpacked Electron with: npm run package -- -c.electronDist=FOLDER.',
    )
  }
  throw new SetupProblem('Packaging failed: see the lines above.')
})

async function electronBuilder(context, system, given) {
  const electron = join(context.root, 'node_modules', 'electron', 'dist')
  const hasOwn = given.some((word) => word.startsWith('-c.electronDist'))
  const found = !hasOwn && existsSync(join(electron, 'version')) ? [`-c.electronDist=${electron}`] : []
  const fixed = ['--config', 'build/electron-builder.config.mjs', '--publish', 'never']
  const args = [join(context.root, tools.electronBuilder), ...fixed, ...found, ...system.args, ...given]
  const result = await run(pinnedNode(context), args, { cwd: context.root, env: { ...context.env, ...system.env } })
  context.progress.say(result.output.trim())
  return result
}

/** electron-builder stops at the AppImage that lacks its tools, and would have made the .deb after it. */
async function withoutAppImage(context, system, given) {
  const missing =
    'The AppImage was not made: its tools could not be downloaded. Give the runtime of AppImages with GRAFT_APPIMAGE_RUNTIME=FILE and install squashfs-tools (docs/packaging.md).'
  const unpacked = join(
    context.root,
    'dist',
    context.arch === 'x64' ? 'linux-unpacked' : `linux-${context.arch}-unpacked`,
  )
  if (given.length > 0 || !existsSync(unpacked)) return new SetupProblem(missing)
  const result = await electronBuilder(context, system, ['--linux', 'deb', '--prepackaged', unpacked])
  return new SetupProblem(result.code === 0 ? `The .deb is in dist/. ${missing}` : `Packaging failed. ${missing}`)
}
