/** The tags of a cell that is a JSON list of names (or numbers), each once; null: it is none. */
export function tagList(text: string): string[] | null {
  if (!text.startsWith('[') || !text.endsWith(']')) return null
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' || typeof one === 'number')) return null
    const names = value.map((one) => String(one).trim().normalize().slice(0, 200))
    return [...new Set(names.filter((name) => name !== ''))]
  } catch {
    return null
  }
}
