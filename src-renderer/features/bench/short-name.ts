/** A layer's name without its block's, which is written on its frame: `conv1` of `layer1.0.conv1` in the block `layer1.0`. */
export function shortName(title: string, block: string): string {
  const rest = title.startsWith(block) ? title.slice(block.length) : ''
  return /^[_./].+/.test(rest) ? rest.slice(1) : title
}
