/** The line to the parent: Electron's utility process has `process.parentPort`, a forked one `process.send`. */
export interface Channel {
  /** Resolves once the message is out of this process; rejects when the parent is gone. */
  post(message: unknown): Promise<void>
  onMessage(listener: (message: unknown) => void): void
  /** The parent closed the line or died. */
  onGone(listener: () => void): void
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

export function openChannel(): Channel {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort
  if (port !== undefined) return portChannel(port)
  if (process.send !== undefined) return forkChannel()
  throw new Error('The trainer is started by Graft, as its child process.')
}

function portChannel(port: ParentPort): Channel {
  return {
    // The port queues in another thread; a turn of the event loop lets it take the message over.
    post: (message) => {
      port.postMessage(message)
      return new Promise((resolve) => setImmediate(resolve))
    },
    onMessage: (listener) => port.on('message', (event) => listener(event.data)),
    // Electron ends its utility processes with the app.
    onGone: () => undefined,
  }
}

function forkChannel(): Channel {
  return {
    post: (message) =>
      new Promise((resolve, reject) => {
        process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()))
      }),
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => process.on('disconnect', listener),
  }
}
