import type { Dataset } from '@contract/datasets.ts'
import type { RequestOutput } from '@contract/index.ts'
import { client } from '../../app/client.ts'
import { useDatasets } from '../../stores/datasets.ts'
import { useToasts } from '../../stores/toasts.ts'
import type { Move } from './keep-together.ts'

type Changed = RequestOutput<'datasets.moveEach'>

export interface AuditEdits {
  /** null: it was refused, and the user was told why. */
  move(moves: readonly Move[]): Promise<Changed | null>
  label(column: string, itemId: number, value: string): Promise<Changed | null>
  /** Takes the newest change back. */
  undo(): Promise<Changed | null>
}

/** Changes that an audit makes: one version each, told and shown at once. */
export function useAuditEdits(dataset: () => Dataset): AuditEdits {
  const datasets = useDatasets()
  const toasts = useToasts()
  // One after the other: an undo must not overtake what it takes back.
  let queue: Promise<unknown> = Promise.resolve()

  function make(call: () => Promise<Changed>): Promise<Changed | null> {
    const done = queue.then(call).then(
      (changed) => {
        datasets.put(changed.dataset)
        return changed
      },
      (error: unknown) => {
        toasts.fail(error)
        return null
      },
    )
    queue = done
    return done
  }
  const datasetId = dataset().id
  return {
    move: (moves) => make(() => client.call('datasets.moveEach', { datasetId, moves: [...moves] })),
    label: (column, itemId, value) =>
      make(() => client.call('datasets.label', { datasetId, column, itemIds: [itemId], value })),
    undo: () => make(() => client.call('datasets.undo', { datasetId })),
  }
}
