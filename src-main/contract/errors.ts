/** Every code that may cross the contract, with the exit code of the command line (1: it failed, 2: bad use).
 *  docs/errors.md lists each one; a test keeps the two equal. */
export const ERROR_CODES = {
  E_INTERNAL: 1,
  E_INPUT: 2,
  E_UNKNOWN_REQUEST: 2,
  E_NOT_FOUND: 2,
  E_CANCELLED: 1,
  E_WORKSPACE_NOT_OPEN: 2,
  E_WORKSPACE_HELD: 1,
  E_WORKSPACE_PATH: 2,
  E_STORE_NEWER: 1,
  E_STORE_CORRUPT: 1,
  E_DISK_FULL: 1,
  E_CACHE_IN_USE: 1,
  E_SOURCE_PATH: 2,
  E_SOURCE_EMPTY: 2,
  E_SOURCE_FORMAT: 2,
  E_DATASET_NAME: 2,
  E_DATASET_SPLIT: 2,
  E_DATASET_LABEL: 2,
  E_DATASET_UNUSABLE: 2,
  E_OPINION_STATE: 2,
  E_LABELLING_OFF: 2,
  E_MODEL_NAME: 2,
  E_MODEL_UNKNOWN: 2,
  E_MODEL_WEIGHTS: 1,
  E_MODEL_FILE: 1,
  E_MODEL_UNSUPPORTED: 2,
  E_NETWORK_SHAPE: 2,
  E_RUN_SPEC: 2,
  E_RUN_STATE: 2,
  E_RUN_DIVERGED: 1,
  E_TRAINER_CRASHED: 1,
  E_TRAINER_UNAVAILABLE: 1,
  E_EXPORT_FORMAT: 2,
  E_EXPORT_MISMATCH: 1,
  E_PREDICT_INPUT: 2,
  E_EXPLAIN: 2,
  E_ACCESS: 1,
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value)
}

/** What crosses a process boundary instead of a thrown error. */
export interface ErrorReply {
  readonly code: ErrorCode
  /** Expected, received, and what is available. */
  readonly message: string
  /** What to do next. */
  readonly fix?: string | undefined
  /** Plain data: field paths, names, numbers. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

/** An error that a user can act on. Everything else is a bug and reaches the user as E_INTERNAL with an id. */
export class GraftError extends Error {
  readonly code: ErrorCode
  readonly fix: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { fix?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'GraftError'
    this.code = code
    this.fix = more.fix
    this.details = more.details
  }

  toReply(): ErrorReply {
    return {
      code: this.code,
      message: this.message,
      ...(this.fix === undefined ? {} : { fix: this.fix }),
      ...(this.details === undefined ? {} : { details: this.details }),
    }
  }

  static fromReply(reply: ErrorReply): GraftError {
    return new GraftError(reply.code, reply.message, {
      ...(reply.fix === undefined ? {} : { fix: reply.fix }),
      ...(reply.details === undefined ? {} : { details: { ...reply.details } }),
    })
  }
}
