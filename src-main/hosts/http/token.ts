import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A new token for one launch: 256 bits, safe in addresses. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares in constant time; both sides are hashed first so that lengths do not show. */
export function sameToken(expected: string, received: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(expected), digest(received))
}
