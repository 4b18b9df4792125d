import { join } from 'node:path'
import type { Ports } from '../base/ports.ts'
import { contract, type EventName, type Reply } from '../contract/index.ts'
import type { CallContext } from '../contract/define.ts'
import type { App } from './session/app.ts'
import { createDispatch, createRoutes } from './dispatch.ts'
import { createEventBus } from './events.ts'
import { findMedia, type MediaFile } from './datasets/media.ts'
import { findDocument } from './exports/find-document.ts'
import { analysesService } from './analyses/analyses-service.ts'
import { datasetsService } from './datasets/datasets-service.ts'
import { failuresService } from './jobs/failures-service.ts'
import { historyService } from './history/history-service.ts'
import { jobsService } from './jobs/jobs-service.ts'
import { labellingService } from './labelling/labelling-service.ts'
import { precisionService } from './precision/precision-service.ts'
import { modelsService } from './models/models-service.ts'
import { opinionsService } from './opinions/opinions-service.ts'
import { runsService } from './runs/runs-service.ts'
import { studiesService } from './studies/studies-service.ts'
import { systemService } from './system/system-service.ts'
import { workspaceService } from './workspace/workspace-service.ts'
import { createSettings } from './session/settings.ts'
import { rememberingSources } from './workspace/sources.ts'

export { DOCUMENT_TYPE, type MediaFile } from './datasets/media.ts'

/** The product without a host. */
export interface Workbench {
  /** Never rejects. */
  dispatch(name: string, input: unknown, context: CallContext): Promise<Reply<unknown>>
  /** Answers its own remover. */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void
  /** A picture or a document by ids; null: there is none. */
  media(path: readonly string[]): MediaFile | null
  /** Ends what runs and frees the workspace. */
  close(): Promise<void>
}

export function createWorkbench(ports: Ports): Workbench {
  const events = createEventBus((error) => ports.log.error('a listener failed', { error: String(error) }))
  const settings = createSettings(ports.userFolder)
  const samples = join(ports.userFolder, 'samples')
  const sources = rememberingSources(ports.sources, { settings, samples, session: () => app.session })
  const app: App = { ports: { ...ports, sources }, events, settings, session: null, blocked: [], reports: new Map() }
  const services = {
    workspace: workspaceService(app),
    system: systemService(app),
    jobs: jobsService(app),
    failures: failuresService(app),
    datasets: datasetsService(app),
    labelling: labellingService(app),
    history: historyService(app),
    opinions: opinionsService(app),
    models: modelsService(app),
    precision: precisionService(app),
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
    return findDocument(app, path) ?? findMedia(app, path)
  } catch (error) {
    app.ports.log.warn('a picture or document could not be read', { error: String(error) })
    return null
  }
}
