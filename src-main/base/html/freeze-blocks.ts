import type { LayerState } from '../../contract/network.ts'
import { plural } from '../plural.ts'
import { markup, type Markup } from './markup.ts'

export interface PlanLayer {
  readonly name: string
  readonly state: LayerState
  readonly parameters: number
}

export interface PlanBlock {
  readonly label: string
  /** Those with weights. */
  readonly layers: readonly PlanLayer[]
}

/** The network as a row of blocks from input to output, a cell for each layer with weights. */
export function freezeBlocks(blocks: readonly PlanBlock[]): Markup {
  const drawn = blocks.map(({ label, layers }) => {
    const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0)
    const cells = layers.map(({ name, state, parameters: count }) => markup`<span class="cell ${state}" title="${`${name}: ${state}, ${plural(count, 'parameter')}`}"></span>`) // prettier-ignore
    const states = (['frozen', 'trained', 'fresh'] as const).filter((state) => layers.some((layer) => layer.state === state)) // prettier-ignore
    return markup`<li><b>${label}</b><span class="cells">${cells}</span><span class="muted">${states.join(', ')} · ${plural(parameters, 'parameter')}</span></li>\n` // prettier-ignore
  })
  return markup`<ol class="blocks">
    ${drawn}
  </ol>`
}

/** What the cells mean. */
export const FREEZE_KEY = markup`<p class="keys"><span><span class="cell frozen"></span>frozen: stood still</span><span><span class="cell trained"></span>trained: moved from the base’s weights</span><span><span class="cell fresh"></span>fresh: new, trained from chance</span></p>` // prettier-ignore
