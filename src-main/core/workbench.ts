import { join } from 'node:path'
import type { Ports } from '../base/ports.ts'
import { contract, type EventName, type Reply } from '../contract/index.ts'
import type { CallContext } from '../contract/define.ts'
import type { App } from './app.ts'
import { createDispatch, createRoutes } from './dispatch.ts'
import { createEventBus } from './events.ts'
import { findMedia, type MediaFile } from './media.ts'
import { analysesService } from './services/analyses.ts'
import { datasetsService } from './services/datasets/datasets.ts'
import { failuresService } from './services/failures.ts'
import { jobsService } from './services/jobs.ts'
import { modelsService } from './services/models.ts'
import { runsService } from './services/runs/runs.ts'
import { studiesService } from './services/studies.ts'
import { systemService } from './services/system.ts'
import { workspaceService } from './services/workspace.ts'
import { createSettings } from './settings.ts'
import { rememberingSources } from './sources.ts'

export type { MediaFile } from './media.ts'

/** The product without a host. */
export interface Workbench {
  /** Never rejects. */
  dispatch(name: string, input: unknown, context: CallContext): Promise<Reply<unknown>>
  /** Answers its own remover. */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void
  /** A picture by ids; null: there is none. */
  media(path: readonly string[]): MediaFile | null
  /** Ends what runs and frees the workspace. */
  close(): Promise<void>
}

export function createWorkbench(ports: Ports): Workbench {
  const events = createEventBus((error) => ports.log.error('a listener failed', { error: String(error) }))
  const settings = createSettings(ports.userFolder)
  const samples = join(ports.userFolder, 'samples')
  const sources = rememberingSources(ports.sources, { settings, samples, session: () => app.session })
  const app: App = { ports: { ...ports, sources }, events, settings, session: null, blocked: [] }
  const services = {
    workspace: workspaceService(app),
    system: systemService(app),
    jobs: jobsService(app),
    failures: failuresService(app),
    datasets: datasetsService(app),
    models: modelsService(app),
    runs: runsService(app),
    studies: studiesService(app),
    analyses: analysesService(app),
  }
  const dispatch = createDispatch(createRoutes(contract, services), ports)
  return {
    dispatch,
    subscribe: events.subscribe,
    media: (path) => mediaOrNull(app, path),
    async close() {
      const { session } = app
      app.session = null
      await session?.close()
    },
  }
}

/** A damaged pack costs its pictures, not the host. */
function mediaOrNull(app: App, path: readonly string[]): MediaFile | null {
  try {
    return findMedia(app, path)
  } catch (error) {
    app.ports.log.warn('a picture could not be read', { error: String(error) })
    return null
  }
}
