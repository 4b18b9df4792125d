import type { Node } from '@vue-flow/core'
import { markRaw } from 'vue'
import type { CanvasNetwork } from './canvas-network.ts'
import { BLOCK } from './graph-layout.ts'
import type { Placed } from './graph-layout.ts'

const FIXED = { draggable: false, selectable: false, connectable: false, focusable: false } as const

/** Networks as what the canvas library draws: one node of lines per network, one per block or head, and the small buttons.
 *  Data is raw: only the states of layers are reactive, and each box reads its own. */
export function canvasNodes(networks: readonly CanvasNetwork[], cut: string | null): Node[] {
  return networks.flatMap((network) => {
    const { id, layout, origin } = network
    const wires: Node = {
      ...FIXED,
      id: `${id}/wires`,
      type: 'wires',
      position: { ...origin },
      zIndex: -1,
      data: markRaw({ network }),
    }
    const boxes = layout.placed.map((place): Node => ({
      ...FIXED,
      id: `${id}/${place.item.id}`,
      type: place.item.kind === 'open' ? 'frame' : 'block',
      position: { x: origin.x + place.x, y: origin.y + place.y },
      width: place.width,
      height: place.height,
      data: markRaw({ place, item: place.item }),
    }))
    return [wires, ...boxes, ...buttons(network, cut)]
  })
}

function buttons({ id, layout, origin, baseLayers }: CanvasNetwork, cut: string | null): Node[] {
  const isNew = (place: Placed): boolean => place.item.layers.every((layer) => !baseLayers.has(layer.name))
  const kindOf = new Map(layout.placed.map((place) => [place.item.id, isNew(place)]))
  const joint = layout.edges.find((edge) => kindOf.get(edge.from) === false && kindOf.get(edge.to) === true)
  const from = layout.placed.find((place) => place.item.id === joint?.from)
  // A line that goes on in the next row leaves no room under its label.
  const isBroken = from?.row !== layout.placed.find((place) => place.item.id === joint?.to)?.row
  const lastHead = layout.placed.findLast((place) => place.item.kind === 'head')
  const add = (name: string, kind: 'layer' | 'head', x: number, y: number): Node => ({
    ...FIXED,
    id: `${id}/add ${name}`,
    type: 'add',
    position: { x: origin.x + x, y: origin.y + y },
    zIndex: 2,
    data: markRaw({ kind, cut }),
  })
  return [
    ...(from && joint ? [add('layer', 'layer', ...besideJoint(from, joint, isBroken))] : []),
    ...(lastHead ? [add('head', 'head', lastHead.x + BLOCK.width / 2 - 38, lastHead.y + lastHead.height + 8)] : []),
  ]
}

/** Under the line of a row, beside the line of a column, after the block where the row ends. */
function besideJoint(
  from: Placed,
  { points, labelAt }: CanvasNetwork['layout']['edges'][number],
  isBroken: boolean,
): [number, number] {
  const isDown = points[0]?.x === points[1]?.x
  if (isDown) return [labelAt.x + 24, labelAt.y - 22]
  return [isBroken ? from.x + from.width + 8 : labelAt.x - 38, from.y + 38]
}
