import type { Phase } from '../labelling/phase.ts'
import type { ColourBy } from './map-colouring.ts'

export interface ColourChoice {
  readonly value: ColourBy
  readonly label: string
  /** Why it cannot be chosen now. */
  readonly hint?: string | undefined
  readonly disabled?: boolean | undefined
}

export function colourChoices(now: { hasClasses: boolean; phase: Phase; runs: number }): ColourChoice[] {
  const choice = (value: ColourBy, label: string, lack: string | null): ColourChoice =>
    lack === null ? { value, label } : { value, label, hint: lack, disabled: true }
  const noRun = now.runs === 0 ? 'no finished run' : null
  return [
    choice('label', 'Label', now.hasClasses ? null : 'no classes'),
    choice('suggestion', 'Suggestion', now.phase === 'ready' ? null : 'nothing learnt yet'),
    choice('split', 'Split', null),
    choice('prediction', "A run's prediction", noRun),
    choice('right', 'Right or wrong', noRun),
  ]
}
