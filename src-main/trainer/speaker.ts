import { systemError } from '../base/system-error.ts'
import { GraftError } from '../contract/errors.ts'
import type { ChildMessage } from '../contract/trainer.ts'
import type { Channel } from './channel.ts'

/** Speaks for the one job of this process. */
export interface Speaker {
  /** Resolves once the message has been handed over; never rejects. Nothing is sent after the end. */
  send(message: ChildMessage): Promise<void>
  /** Sends the last message and leaves once the parent has acknowledged it. */
  end(message: ChildMessage): void
  /** Ends with what went wrong. */
  fail(error: unknown): void
  /** The parent has the last message: nothing keeps this process any longer. */
  leave(): void
}

/**
 * Handed over is not delivered: a message may still be under way when its process exits, and is lost with it. So the process
 * does not go by itself after its last message (`done` or `failed`) but waits for the parent's `leave`; a parent that is gone
 * ends it, too (channel.onGone), and a parent that is there ends a process that does not go (hosts/shared/node-launcher.ts).
 */
export function createSpeaker(channel: Channel, exit: (code: number) => void): Speaker {
  let hasEnded = false
  const post = async (message: ChildMessage): Promise<void> => {
    try {
      await channel.post(message)
    } catch (error) {
      // Without its parent nobody wants the result; a message that cannot be sent is a bug, and says so.
      if (isGone(error)) exit(0)
      else fail(error)
    }
  }
  const send = (message: ChildMessage): Promise<void> => (hasEnded ? Promise.resolve() : post(message))
  const end = (message: ChildMessage): void => {
    if (hasEnded) return
    hasEnded = true
    void post(message)
  }
  const fail = (error: unknown): void => end(failure(error))
  return { send, end, fail, leave: () => exit(0) }
}

function failure(error: unknown): ChildMessage {
  const known = error instanceof GraftError ? error : systemError(error)
  if (known !== null) return { type: 'failed', error: { ...known.toReply() } }
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}
  return { type: 'failed', error: { code: 'E_INTERNAL', message }, ...stack }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['ERR_IPC_CHANNEL_CLOSED', 'ERR_IPC_DISCONNECTED', 'EPIPE', 'ECONNRESET'].includes(code)
}
