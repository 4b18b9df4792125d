import type { ChildMessage, ParentMessage, TrainerJob } from '../contract/trainer.ts'

/** What core needs from the world. Each host gives its own; tests give theirs. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

export interface RandomSource {
  /** A new lower-case base-32 id of `length` characters. */
  id(length: number): string
}

export interface Log {
  info(text: string, details?: Record<string, unknown>): void
  warn(text: string, details?: Record<string, unknown>): void
  error(text: string, details?: Record<string, unknown>): void
}

export interface TrainerExit {
  readonly code: number | null
  readonly signal: string | null
  /** The last lines the process wrote to standard error. */
  readonly stderr: string
  /** Why the launcher itself ended the process; null: it did not. */
  readonly reason: string | null
}

/** One running trainer process. */
export interface TrainerProcess {
  readonly pid: number | undefined
  send(message: ParentMessage): void
  kill(): void
}

/**
 * Starts the trainer process. A process has done its job only when its last message (`done` or `failed`) was handed to
 * `onMessage`; the launcher then lets it go, and ends it if it stays. Ended without one, it is lost, whatever its exit code.
 * `sync` is answered when `onMessage` has returned from it: what came before is recorded then, or the process is killed.
 */
export interface TrainerLauncher {
  launch(
    job: TrainerJob,
    handlers: { onMessage(message: ChildMessage): void; onExit(exit: TrainerExit): void },
  ): TrainerProcess
}

/** Whether the workbench itself remembers an absolute path as one that its user chose. */
export type IsRemembered = (path: string) => boolean

/**
 * Turns a SourceRef of the contract into an absolute path, or throws E_SOURCE_PATH. A host whose user types paths takes any path;
 * one with native dialogs takes the handles that it gave, and of paths only remembered ones, so that its page cannot name a file
 * which nobody chose. Core says what is remembered (core/workspace/sources.ts); without that nothing is.
 */
export interface Sources {
  /** A file or folder that is there. */
  resolve(source: string, isRemembered?: IsRemembered): string
  /** Where something is to be written: it may be missing. */
  destination(source: string, isRemembered?: IsRemembered): string
}

/** Native dialogs of a host; absent where there are none. */
export interface HostDialogs {
  pick(kind: 'folder' | 'file' | 'image', title: string): Promise<{ source: string | null; label: string }>
}

export interface Ports {
  readonly host: 'electron' | 'http' | 'cli' | 'test'
  readonly version: string
  readonly clock: Clock
  readonly random: RandomSource
  readonly log: Log
  readonly trainer: TrainerLauncher
  readonly sources: Sources
  readonly dialogs: HostDialogs | null
  /** Shipped read-only data (base models, samples, licences). */
  readonly resourcesFolder: string
  /** Per-user folder for settings, recents and sample workspaces. */
  readonly userFolder: string
}
