import { runTool, tools } from './tool.mjs'

/** What `npm run check` and `npm test` look at before the tests run. */
export const checks = [
  { name: 'format', script: tools.prettier, args: ['--check', '.', '--log-level', 'warn'] },
  { name: 'lint', script: tools.eslint, args: ['.', '--max-warnings', '0'] },
  { name: 'types of the main side', script: tools.tsc, args: ['-p', 'tsconfig.main.json'] },
  { name: 'types of the window', script: tools.vueTsc, args: ['-p', 'tsconfig.renderer.json'] },
]

/** Runs every check, says what each one found, and returns whether all passed. */
export async function runChecks(context, wanted) {
  let isFine = true
  for (const check of wanted) {
    context.progress.say(`Checking ${check.name} ...`)
    const code = await runTool(context, check.script, check.args)
    if (code !== 0) {
      context.progress.say(`Checking ${check.name}: FAILED`)
      isFine = false
    }
  }
  return isFine
}
