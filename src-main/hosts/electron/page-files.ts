import { realpath, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * The file of the built page behind a URL path, or null. Decoded once, normalised, resolved through links, and then still
 * inside `root`: whatever was tried on the way does not matter.
 */
export async function findPageFile(root: string, urlPath: string): Promise<{ path: string; type: string } | null> {
  const decoded = decodePart(urlPath)
  if (decoded === null || decoded.includes('\0') || decoded.includes('\\')) return null
  const type = TYPES[extname(decoded).toLowerCase()]
  if (type === undefined) return null
  const asked = normalize(join(root, decoded))
  try {
    const realRoot = await realpath(root)
    const path = await realpath(asked)
    if (!asked.startsWith(root + sep) || !path.startsWith(realRoot + sep)) return null
    return (await stat(path)).isFile() ? { path, type } : null
  } catch {
    return null
  }
}

/** Percent-decoded, or null when it is not well-formed. */
export function decodePart(urlPath: string): string | null {
  try {
    return decodeURIComponent(urlPath)
  } catch {
    return null
  }
}
