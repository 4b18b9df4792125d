import { GraftError } from '../../contract/errors.ts'

/** A file that is broken: what was expected, what was found, at which place. */
export function brokenFile(message: string, cause?: unknown): GraftError {
  return new GraftError('E_MODEL_FILE', message, {
    fix: 'Take an intact copy of the file, or save the model again where it was made.',
    ...(cause === undefined ? {} : { cause }),
  })
}

/** A whole file of something that Graft cannot represent. `message` names the layer and why, `fix` says what to do. */
export function unsupported(message: string, fix: string, details: Record<string, unknown> = {}): GraftError {
  return new GraftError('E_MODEL_UNSUPPORTED', message, { fix, details })
}

/** What a file says of itself, as short printable text for a message. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  const plain = text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?')
  return plain.length > 120 ? `${plain.slice(0, 120)} ...` : plain
}
