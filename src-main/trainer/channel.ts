/** The line to the parent. */
export interface Channel {
  /** Resolves once the message is handed over (which is not: delivered); rejects when the parent is gone. */
  post(message: unknown): Promise<void>
  onMessage(listener: (message: unknown) => void): void
  /** The parent closed the line or died. */
  onGone(listener: () => void): void
}

/** The IPC channel that the parent opened when it started this process (hosts/shared/node-launcher.ts). */
export function openChannel(): Channel {
  if (process.send === undefined) throw new Error('The trainer is started by Graft, as its child process.')
  return {
    post: (message) =>
      new Promise((resolve, reject) => {
        process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()))
      }),
    onMessage: (listener) => process.on('message', listener),
    onGone: (listener) => process.on('disconnect', listener),
  }
}
