import { Boxes, ChartSpline, Database, GitCompareArrows, SlidersHorizontal } from '@lucide/vue'

/** The five screens, in the order of the rail. `key` follows G. */
export const SCREENS = [
  { label: 'Data', path: '/data', name: 'data', key: 'd', icon: Database },
  { label: 'Bench', path: '/bench', name: 'bench', key: 'b', icon: SlidersHorizontal },
  { label: 'Runs', path: '/runs', name: 'runs', key: 'r', icon: ChartSpline },
  { label: 'Compare', path: '/compare', name: 'compare', key: 'c', icon: GitCompareArrows },
  { label: 'Models', path: '/models', name: 'models', key: 'm', icon: Boxes },
] as const
