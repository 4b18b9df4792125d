import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../setup/process.mjs'
import { pinnedNode } from '../setup/context.mjs'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'
import { tools } from './tool.mjs'

/** `npm run package`: the installers of this system, in dist/. More arguments go to electron-builder (`-- --dir`). */
await runCommand(async () => {
  const context = await setUp()
  const electron = join(context.root, 'node_modules', 'electron', 'dist')
  const given = existsSync(join(electron, 'version')) ? [`-c.electronDist=${electron}`] : []
  const args = [
    '--config',
    'build/electron-builder.config.mjs',
    '--publish',
    'never',
    ...given,
    ...process.argv.slice(2),
  ]
  context.progress.say('Packaging (several minutes; the result is about 1 GB) ...')
  const result = await run(pinnedNode(context), [join(context.root, tools.electronBuilder), ...args], {
    cwd: context.root,
    env: context.env,
  })
  context.progress.say(result.output.trim())
  if (result.code === 0) return 0
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|403|fetch failed|download/i.test(result.output)) {
    throw new SetupProblem(
      'Electron (or a packaging tool) could not be downloaded: run this where the network allows it, or pass an unpacked Electron with: npm run package -- -c.electronDist=FOLDER.',
    )
  }
  throw new SetupProblem('Packaging failed: see the lines above.')
})
