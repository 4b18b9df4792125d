export interface Crumb {
  readonly label: string
  readonly path: string
}

/** '/home/ada/photos' -> Computer, home, ada, photos, each with its path; 'C:\\data' works the same way. */
export function crumbsOf(path: string): Crumb[] {
  if (path === '') return []
  const windows = /^[A-Za-z]:/.test(path)
  const separator = windows ? '\\' : '/'
  const parts = path.split(/[/\\]/).filter(Boolean)
  const crumbs: Crumb[] = windows ? [] : [{ label: 'Computer', path: '/' }]
  parts.forEach((label, index) => {
    const joined = parts.slice(0, index + 1).join(separator)
    const own = windows ? (index === 0 ? `${joined}\\` : joined) : `/${joined}`
    crumbs.push({ label, path: own })
  })
  return crumbs
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).filter(Boolean).pop() ?? path
}

export function isImageName(name: string): boolean {
  return /\.(jpe?g|png|webp|gif|bmp|tiff?|avif)$/i.test(name)
}
