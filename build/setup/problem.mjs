/** Something the user has to do something about: one sentence that says what is wrong and what to do. */
export class SetupProblem extends Error {
  constructor(message, options) {
    super(message, options)
    this.name = 'SetupProblem'
  }
}

/** Runs a set-up command to its end; a problem becomes one sentence and exit code 1 (GRAFT_DEBUG=1 shows the stack). */
export async function runCommand(command) {
  try {
    process.exitCode = (await command()) ?? 0
  } catch (error) {
    process.stderr.write(`\n${describe(error)}\n`)
    if (process.env.GRAFT_DEBUG === '1') process.stderr.write(`${error.stack}\n`)
    process.exitCode = 1
  }
}

function describe(error) {
  if (error instanceof SetupProblem) return error.message
  if (error?.code === 'ENOSPC') return 'The disk is full: free about 2 GB and run the same command again, it goes on.'
  if (error?.code === 'EACCES' || error?.code === 'EPERM' || error?.code === 'EROFS') {
    return `This user may not write ${error.path ?? 'a needed file'}: give it write access and run the same command again.`
  }
  return `Set-up stopped: ${error?.message ?? error}. Run again with GRAFT_DEBUG=1 to see where.`
}
