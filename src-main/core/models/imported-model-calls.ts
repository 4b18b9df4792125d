import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeAll } from '../../base/disk/remove.ts'
import type { CallContext, Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { ModelInspection } from '../../contract/imports.ts'
import type { BaseModel, models } from '../../contract/models.ts'
import type { ImportModelJob } from '../../contract/trainer.ts'
import { ImportedManifest, listBases, MANIFEST_FILE } from '../../learning/catalog.ts'
import { runChildJob } from '../background/child-job.ts'
import { writeFileAtomic } from '../../base/disk/write-file-atomic.ts'
import { importedModels } from '../planning/learning-context.ts'
import { type App, requireSession } from '../session/app.ts'
import type { Session } from '../session/session.ts'
import { fileFacts, startImportModel } from './import-model.ts'
import { checkModelName } from './model-names.ts'
import { photoOf } from './photo.ts'
import { refuseNeeded } from './model-users.ts'
import { speedsHere } from './speeds.ts'

type Calls = 'inspectFile' | 'import' | 'setPreparation' | 'rename' | 'remove'

/** The calls of models from elsewhere. */
export function importedModelCalls(app: App): Pick<Handlers<typeof models>, Calls> {
  return {
    inspectFile: ({ photo, ...input }, context) =>
      inspect(
        app,
        { ...fileFacts(app, input), photo: photo === undefined ? null : photoOf(app, photo), target: null },
        context,
      ),
    import: (input) => startImportModel(app, requireSession(app), input),
    async setPreparation({ modelId, preparation }, context) {
      const session = requireSession(app)
      const { folder } = requireImported(app, session, modelId)
      refuseNeeded(session, modelId)
      const job = { kind: 'prepare-model', folder, preparation } as const
      await runChildJob({ trainer: app.ports.trainer, job, signal: context.signal, onMessage: () => undefined })
      return changed(app, session, modelId)
    },
    rename({ modelId, name }) {
      const session = requireSession(app)
      const { folder } = requireImported(app, session, modelId)
      checkModelName(importedModels(app, session), name, modelId)
      const file = join(folder, MANIFEST_FILE)
      const manifest = ImportedManifest.parse(JSON.parse(readFileSync(file, 'utf8')))
      writeFileAtomic(file, JSON.stringify({ ...manifest, title: name }))
      return changed(app, session, modelId)
    },
    remove({ modelId }) {
      const session = requireSession(app)
      const found = importedModels(app, session).find(({ id }) => id === modelId)
      if (found === undefined) throw unknown(modelId)
      refuseNeeded(session, modelId)
      removeAll(found.folder)
      if (existsSync(found.folder)) throw new Error(`${found.folder} could not be removed`)
      app.events.emit('models.changed', {})
      return {}
    },
  }
}

async function inspect(app: App, job: Omit<ImportModelJob, 'kind'>, { signal }: CallContext): Promise<ModelInspection> {
  let inspection: ModelInspection | null = null
  await runChildJob({
    trainer: app.ports.trainer,
    job: { kind: 'import-model', ...job },
    signal,
    onMessage: (message) => {
      if (message.type === 'model') inspection = message.inspection
    },
  })
  if (inspection === null) throw new Error('the inspection ended without an answer')
  return inspection
}

function requireImported(app: App, session: Session, modelId: string) {
  const found = importedModels(app, session).find(({ id }) => id === modelId)
  if (found?.base) return { folder: found.folder, base: found.base }
  throw found === undefined ? unknown(modelId) : new GraftError('E_MODEL_WEIGHTS', found.fault ?? '')
}

function changed(app: App, session: Session, modelId: string): BaseModel {
  const { base } = requireImported(app, session, modelId)
  app.events.emit('models.changed', {})
  const speeds = speedsHere(app.ports.userFolder)
  return listBases([base], (key) => speeds[key] ?? null)[0]!
}

function unknown(modelId: string): GraftError {
  return new GraftError('E_MODEL_UNKNOWN', `Expected the id of an imported model. Received: ${modelId}.`, {
    fix: 'Choose one of the list of models.',
  })
}
