import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { AnalyseJob, Manifest } from '../../contract/trainer.ts'
import { modelFilesOf, namesIn, referencesOf, type ResolvedAnalysis } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import { cacheLimit } from '../session/cache-limit.ts'
import { datasetHash, prepareDatasetHash } from '../datasets/dataset-hash.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { learningContext } from '../planning/learning-context.ts'
import type { PlannedSpec } from '../planning/plan-spec.ts'
import { findReport } from '../planning/precision-reports.ts'
import type { Workspace } from '../session/workspace.ts'
import { furtherDataset } from '../runs/training/job-references.ts'
import { buildManifest, writeManifest } from '../datasets/manifest.ts'
import { countItems, limitItems } from './limit-items.ts'
import { baseDomain, modelsFor } from './surroundings.ts'

export interface AnalysisPlan {
  readonly planned: PlannedSpec
  readonly dataset: DatasetState
  readonly analysis: ResolvedAnalysis
  /** The job's own, made here. */
  readonly folder: string
}

/** What the trainer process gets to know of an analysis; writes its manifests. */
export async function analyseJob(app: App, workspace: Workspace, options: AnalysisPlan): Promise<AnalyseJob> {
  const { planned, dataset, analysis, folder } = options
  const { resolved, plan } = planned
  mkdirSync(folder, { recursive: true })
  const all = await manifestOf(workspace, dataset, options)
  const models = analysis.row.needsAllModels === true ? modelsFor(app, workspace, dataset) : []
  const domain = baseDomain(workspace, resolved.spec.base, dataset)
  return {
    kind: 'analyse',
    folder,
    cacheFolder: workspace.paths.cache,
    cacheLimitBytes: cacheLimit(app),
    spec: resolved.spec,
    network: plan.network,
    states: plan.states,
    cachedUpTo: plan.cachedUpTo,
    preprocessing: plan.preprocessing,
    manifest: await writeLimited(workspace, all, options, 'manifest.json'),
    weights: resolved.weights,
    ...(await named(app, workspace, options, { refs: models.map(({ ref }) => ref), domain })),
    analysis: { type: analysis.row.type, params: analysis.values },
    surroundings: {
      models,
      baseDomain: domain?.row.name ?? null,
      items: countItems(all, resolved.spec.labelLimit),
      precisions: findReport(workspace, planned),
    },
    threads: availableParallelism(),
  }
}

/** Models and datasets that the analysis' own parameters and the spec's strategy name, as far as they are there. */
async function named(
  app: App,
  workspace: Workspace,
  options: AnalysisPlan,
  more: { refs: readonly string[]; domain: DatasetState | null },
): Promise<Pick<AnalyseJob, 'models' | 'datasets'>> {
  const { planned, analysis } = options
  const { spec } = planned.resolved
  const own = namesIn(analysis.row.params.fields, analysis.values)
  const strategy = referencesOf(spec)
  const context = learningContext(app, workspace, null)
  const refs = new Set([...own.models, ...strategy.models.map(({ ref }) => ref), ...more.refs])
  const states = [...own.datasets, ...strategy.datasets.map(({ name }) => name)].flatMap((name) => {
    const state = furtherDataset(workspace, spec, name)
    return state === null ? [] : [[name, state] as const]
  })
  const datasets = new Map(more.domain === null ? states : [...states, [more.domain.row.name, more.domain]])
  const paths: [string, string][] = []
  for (const [place, [name, state]] of [...datasets].entries()) {
    const manifest = await manifestOf(workspace, state, options)
    paths.push([name, await writeLimited(workspace, manifest, options, `manifest-${place + 1}.json`)])
  }
  return {
    models: Object.fromEntries(
      [...refs].flatMap((ref) => {
        const found = modelFilesOf(ref, context)
        return found === null ? [] : [[ref, { ...found.files, title: found.title }]]
      }),
    ),
    datasets: Object.fromEntries(paths),
  }
}

async function manifestOf(workspace: Workspace, state: DatasetState, options: AnalysisPlan): Promise<Manifest> {
  await prepareDatasetHash(workspace.db, state)
  const facts = { hash: datasetHash(workspace.db, state), heads: options.planned.resolved.heads }
  return buildManifest(workspace, state, facts)
}

async function writeLimited(
  workspace: Workspace,
  manifest: Manifest,
  { folder, analysis, planned }: AnalysisPlan,
  name: string,
): Promise<string> {
  const path = join(folder, name)
  const limit = analysis.row.itemLimit?.(analysis.values) ?? null
  const kept = limit === null ? manifest : limitItems(manifest, limit, planned.resolved.spec.seed)
  await writeManifest(workspace, path, kept)
  return path
}
