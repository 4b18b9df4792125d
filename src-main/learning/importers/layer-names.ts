/** Names that a network may have for names from elsewhere: what is not of its alphabet becomes `.`; equal ones are numbered. In order. */
export function layerNames(titles: readonly string[]): string[] {
  const taken = new Set<string>()
  return titles.map((title) => {
    const plain = title.replaceAll(/[^A-Za-z0-9_.-]/g, '.') || 'layer'
    let name = plain
    for (let number = 2; taken.has(name); number++) name = `${plain}_${number}`
    taken.add(name)
    return name
  })
}
