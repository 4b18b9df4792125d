import type { Handlers } from '../../contract/define.ts'
import type { BaseModel, models } from '../../contract/models.ts'
import type { BaseRef } from '../../contract/spec.ts'
import { catalog, describeBase, faultyModel, listBases, matchPattern } from '../../learning/catalog.ts'
import { type App, requireSession } from '../session/app.ts'
import { prepareFeatureFacts } from '../datasets/feature-facts.ts'
import { startExport } from '../exports/export-model.ts'
import { importedModels, learningContext, pretrainedBases } from '../planning/learning-context.ts'
import { planSpec } from '../planning/plan-spec.ts'
import { prepareSpec } from '../planning/prepare-spec.ts'
import { explain } from './explain.ts'
import { predict, startPredictFolder } from './predict.ts'
import { requireRun } from '../planning/require-model.ts'
import { importedModelCalls } from './imported-model-calls.ts'
import { startMeasureSpeed } from './measure-speed.ts'
import { startRunModel } from './run-model.ts'
import { speedsHere } from './speeds.ts'
import { listTrained } from './trained-models.ts'
import { listExports } from '../store/exports-repo.ts'

export function modelsService(app: App): Handlers<typeof models> {
  const described = async (base: BaseRef, dataset: string | undefined, inputSize?: number) => {
    const { session } = app
    const state = dataset === undefined ? null : requireSession(app).datasets.get(dataset)
    if (session !== null && state !== null) await prepareFeatureFacts(session.db, state)
    return describeBase(base, learningContext(app, session, state), inputSize)
  }
  return {
    list: () => listModels(app),
    ...importedModelCalls(app),
    run: (input) => startRunModel(app, requireSession(app), input),
    measure: ({ modelId }) => startMeasureSpeed(app, requireSession(app), modelId),
    catalog: () => catalog(),
    async describe({ base, dataset, inputSize }) {
      const { network, facts, preprocessing, title } = await described(base, dataset, inputSize)
      return { network, facts, preprocessing, title }
    },
    async plan({ spec }) {
      const session = requireSession(app)
      await prepareSpec(session, spec)
      return planSpec(app, session, spec).plan
    },
    match: async ({ base, dataset, pattern }) => matchPattern((await described(base, dataset)).network, pattern),
    predict: (input, { signal }) => predict(app, requireSession(app), input, signal),
    explain: (input, { signal }) => explain(app, requireSession(app), input, signal),
    predictFolder: (input) => startPredictFolder(app, requireSession(app), input),
    export: (input) => startExport(app, requireSession(app), input),
    exports({ runId }) {
      const { db, paths } = requireSession(app)
      if (runId !== undefined) requireRun(requireSession(app), runId)
      return listExports(db, runId ?? null).map((entry) => ({ ...entry, folder: paths.fromStored(entry.folder) }))
    },
  }
}

/** Base models, imported ones that cannot be used, then trained ones. */
function listModels(app: App): BaseModel[] {
  const faulty = importedModels(app, app.session).flatMap(({ id, fault, isShared }) =>
    fault === null ? [] : [faultyModel({ id, fault }, isShared)],
  )
  const trained = app.session === null ? [] : listTrained(app.session)
  const speeds = speedsHere(app.ports.userFolder)
  const bases = listBases(pretrainedBases(app, app.session), (key) => speeds[key] ?? null)
  return [...bases, ...faulty, ...trained]
}
