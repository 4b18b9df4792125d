import type { Node } from '@vue-flow/core'
import { markRaw } from 'vue'
import { type CompanyLayout, TITLE } from './partner-layout.ts'
import type { CompanyView } from './use-partner-networks.ts'

const FIXED = { draggable: false, selectable: false, connectable: false, focusable: false } as const

/** The networks beside the bench's own, their titles, and what flows between them, as the canvas library draws them. */
export function companyNodes(layout: CompanyLayout, view: Pick<CompanyView, 'problemOf'>): Node[] {
  if (layout.standings.length < 2) return []
  const flows: Node = {
    ...FIXED,
    id: 'flows',
    type: 'flows',
    position: { x: 0, y: 0 },
    zIndex: 1,
    data: markRaw({ layout }),
  }
  const titles = layout.standings.map((standing): Node => ({
    ...FIXED,
    id: `${standing.id}/title`,
    type: 'title',
    position: { x: standing.origin.x, y: standing.origin.y - TITLE - 8 },
    zIndex: 2,
    data: markRaw({ standing, problem: view.problemOf(standing.id) }),
  }))
  const partners = layout.standings.flatMap(({ id, role, layout: own, origin }): Node[] => {
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
