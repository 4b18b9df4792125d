/** The name of a second file of one name, as file managers give it: "cat.jpg", 2 -> "cat (2).jpg". `/` parts the path. */
export function numberedPath(path: string, number: number): string {
  const end = path.lastIndexOf('.')
  const hasExtension = end > path.lastIndexOf('/') + 1
  return hasExtension ? `${path.slice(0, end)} (${number})${path.slice(end)}` : `${path} (${number})`
}
