import type { InjectionKey, Ref } from 'vue'
import type { GraphLayout } from './graph-layout.ts'
import type { Point } from './inner-layout.ts'
import type { LayerTree } from './layer-tree.ts'

/** One network on the canvas. Several may stand side by side, each from its own origin. */
export interface CanvasNetwork {
  readonly id: string
  readonly tree: LayerTree
  readonly layout: GraphLayout
  readonly origin: Point
  /** Last layer of the part that runs once and is cached. */
  readonly cachedUpTo: string | null
  readonly baseLayers: ReadonlySet<string>
}

/** What the canvas asks of its surroundings. */
export interface CanvasActions {
  addLayer(): void
  addHead(): void
  menu(id: string): void
  readonly canAddHead: Ref<boolean>
}

export const CANVAS: InjectionKey<CanvasActions> = Symbol('canvas')

/** DOM id of a block or layer, for aria-activedescendant. */
export function domId(id: string): string {
  return `bench-${id}`
}
