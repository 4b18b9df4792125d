import path, { type PlatformPath } from 'node:path'
import { GraftError } from '../../contract/errors.ts'

/** Windows gives the names of devices to no file, whatever stands behind their first dot ("Naming Files, Paths, and Namespaces"). */
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i

export function isDeviceName(name: string): boolean {
  return DEVICES.test(name)
}

/** Why Windows keeps no file or folder of that name; null: it does. Node could make some of them all the same (it writes `\\?\` before a path),
 *  and no other program could open or delete them. */
export function whyNotOnWindows(name: string): string | null {
  if (isDeviceName(name)) return `Windows keeps the name "${name}" for a device`
  if (/[. ]$/.test(name)) return `on Windows no name ends with a dot or a space, as "${name}" does`
  const [sign] = /[\u0000-\u001f<>:"|?*]/.exec(name) ?? []
  return sign === undefined ? null : `on Windows no name holds ${JSON.stringify(sign)}, as ${JSON.stringify(name)} does`
}

/** The path itself. On Windows one with a name that cannot be kept is refused; a colon within a name would be a stream hidden behind another
 *  file. @throws GraftError E_SOURCE_PATH */
export function requireNames(whole: string, { parse, sep }: PlatformPath = path): string {
  if (sep !== '\\') return whole
  const names = whole.slice(parse(whole).root.length).split(/[\\/]/)
  const why = names
    .filter((name) => !['', '.', '..'].includes(name))
    .map((name) => whyNotOnWindows(name))
    .find((text) => text !== null)
  if (why === undefined) return whole
  throw new GraftError('E_SOURCE_PATH', `Expected names that this system can keep. Received: ${whole}; ${why}.`, {
    fix: 'Choose another name.',
  })
}
