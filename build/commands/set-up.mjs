import { runCommand } from '../setup/problem.mjs'
import { setUp } from '../setup/set-up.mjs'

/** `npm run set-up`: everything `npm start` does before it opens the window. */
await runCommand(async () => {
  const context = await setUp()
  context.progress.say('Graft is set up.')
})
