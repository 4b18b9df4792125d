import type { Node } from '@vue-flow/core'
import { markRaw } from 'vue'
import { type PartnerLayout, TITLE } from './partner-layout.ts'
import type { PartnerView } from './use-partner-networks.ts'

const FIXED = { draggable: false, selectable: false, connectable: false, focusable: false } as const

/** The networks beside the bench's own, their titles, and what flows between them, as the canvas library draws them. */
export function partnerNodes(layout: PartnerLayout, view: Pick<PartnerView, 'problemOf'>): Node[] {
  if (layout.placed.length < 2) return []
  const flows: Node = {
    ...FIXED,
    id: 'flows',
    type: 'flows',
    position: { x: 0, y: 0 },
    zIndex: 1,
    data: markRaw({ layout }),
  }
  const titles = layout.placed.map((one): Node => ({
    ...FIXED,
    id: `${one.id}/title`,
    type: 'title',
    position: { x: one.origin.x, y: one.origin.y - TITLE - 8 },
    zIndex: 2,
    data: markRaw({ network: one, problem: view.problemOf(one.id) }),
  }))
  const partners = layout.placed.flatMap(({ id, role, layout: own, origin }): Node[] => {
    if (role === 'main') return []
    const network = { id, layout: own, origin, cachedUpTo: null, tree: { byName: new Map() }, baseLayers: new Set() }
    return [
      { ...FIXED, id: `${id}/wires`, type: 'wires', position: { ...origin }, zIndex: -1, data: markRaw({ network }) },
      ...own.placed.map((place): Node => ({
        ...FIXED,
        id: `${id}/${place.item.id}`,
        type: 'partner',
        position: { x: origin.x + place.x, y: origin.y + place.y },
        width: place.width,
        height: place.height,
        data: markRaw({ item: place.item, role }),
      })),
    ]
  })
  return [flows, ...titles, ...partners]
}
