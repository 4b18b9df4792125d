export interface Crumb {
  readonly label: string
  readonly path: string
}

/** Where a tree of Windows begins: a drive, or what another computer shares. */
const WINDOWS_ROOT = /^(?:[A-Za-z]:|\\\\[^\\]+\\[^\\]+)\\?/

/** '/home/ada/photos' -> Computer, home, ada, photos, each with its path; 'C:\\data' and '\\\\nas\\photos\\cats' work the same way. */
export function crumbsOf(path: string): Crumb[] {
  if (path === '') return []
  const root = WINDOWS_ROOT.exec(path)?.[0]
  if (root === undefined) return below({ label: 'Computer', path: '/' }, path.split('/'), '/')
  const label = root.replace(/\\$/, '')
  return below({ label, path: `${label}\\` }, path.slice(root.length).split('\\'), '\\')
}

/** `root.path` ends with the separator. */
function below(root: Crumb, parts: readonly string[], separator: string): Crumb[] {
  const names = parts.filter(Boolean)
  const paths = names.map((_, index) => root.path + names.slice(0, index + 1).join(separator))
  return [root, ...names.map((label, index) => ({ label, path: paths[index]! }))]
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).pop() ?? path
}

export function isImageName(name: string): boolean {
  return /\.(jpe?g|png|webp|gif|bmp|tiff?|avif)$/i.test(name)
}
