import type { Handlers } from '../../contract/define.ts'
import type { labelling } from '../../contract/labelling.ts'
import type { App } from '../session/app.ts'

export function labellingService(_app: App): Handlers<typeof labelling> {
  const soon = (): never => {
    throw new Error('being built')
  }
  return {
    start: soon,
    stop: soon,
    state: soon,
    suggestions: soon,
    candidates: soon,
    accept: soon,
    order: soon,
    draw: soon,
    similar: soon,
    duplicates: soon,
    suspicious: soon,
    outliers: soon,
    quality: soon,
    map: soon,
    allSuggestions: soon,
    mark: soon,
    marks: soon,
  }
}
