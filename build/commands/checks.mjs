import { run } from '../setup/process.mjs'
import { commandOf, tools } from './tool.mjs'

/** What `npm run check` and `npm test` look at before the tests run. */
export const checks = [
  {
    name: 'format',
    script: tools.prettier,
    args: ['--check', '.', '--log-level', 'warn', '--cache', '--cache-location', '.graft/prettier'],
  },
  {
    name: 'lint',
    script: tools.eslint,
    args: ['.', '--max-warnings', '0', '--cache', '--cache-strategy', 'content', '--cache-location', '.graft/eslint'],
  },
  { name: 'types of the main side', script: tools.tsc, args: ['-p', 'tsconfig.main.json'] },
  { name: 'types of the window', script: tools.vueTsc, args: ['-p', 'tsconfig.renderer.json'] },
]

/** Runs the checks side by side, says what each one found, and returns whether all passed. */
export async function runChecks(context, wanted) {
  context.progress.say(`Checking ${wanted.map(({ name }) => name).join(', ')} ...`)
  const passed = await Promise.all(wanted.map((check) => passes(context, check)))
  return passed.every(Boolean)
}

async function passes(context, { name, script, args }) {
  const { code, output } = await run(...commandOf(context, script, args))
  if (code !== 0) context.progress.say(`Checking ${name}: FAILED\n${output.trimEnd()}`)
  return code === 0
}
