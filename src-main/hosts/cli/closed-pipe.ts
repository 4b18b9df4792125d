/** What a shell says of a program that wrote to a reader that had gone (128 + SIGPIPE). */
const CLOSED_PIPE = 141

/** `graft runs | head -1`: a reader that has seen enough is no failure to tell of. The work goes on, its output is let go. */
export function heedClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exitCode = CLOSED_PIPE
  })
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
