import type { Layer } from '../../contract/network.ts'

/** A name that no layer has: this one, with as many `_` behind it as it takes. */
export function freeLayerName(name: string, layers: readonly Layer[]): string {
  let free = name
  while (layers.some((layer) => layer.name === free)) free = `${free}_`
  return free
}
