import { readTool, tools } from './tool.mjs'

/** What `npm run check` and `npm test` look at before the tests run. */
export const checks = [
  {
    name: 'format',
    script: tools.prettier,
    args: ['--check', '.', '--log-level', 'warn', '--cache', '--cache-location', '.graft/prettier'],
  },
  { name: 'lint', script: tools.eslint, args: ['.', '--max-warnings', '0'] },
  { name: 'types of the main side', script: tools.tsc, args: ['-p', 'tsconfig.main.json'] },
  { name: 'types of the window', script: tools.vueTsc, args: ['-p', 'tsconfig.renderer.json'] },
]

/** Runs the checks side by side (each is one thread), says what each one found, and returns whether all passed. */
export async function runChecks(context, wanted) {
  context.progress.say(`Checking ${wanted.map(({ name }) => name).join(', ')} ...`)
  const passed = await Promise.all(
    wanted.map(async ({ name, script, args }) => {
      const { code, output } = await readTool(context, script, args)
      if (output.trim() !== '') context.progress.say(output.trimEnd())
      if (code !== 0) context.progress.say(`Checking ${name}: FAILED`)
      return code === 0
    }),
  )
  return passed.every(Boolean)
}
