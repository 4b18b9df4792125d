import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { removeAll } from '../../base/disk/remove.ts'
import { GraftError } from '../../contract/errors.ts'
import type { BaseRef } from '../../contract/spec.ts'
import type { LabelJob, WeightsRef } from '../../contract/trainer.ts'
import { describeBase, modelFilesOf } from '../../learning/catalog.ts'
import { buildManifest, writeManifest } from '../datasets/manifest.ts'
import { learningContext } from '../planning/learning-context.ts'
import { unprepared } from '../planning/require-model.ts'
import type { App } from '../session/app.ts'
import { cacheLimit } from '../session/cache-limit.ts'
import type { Session } from '../session/session.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { needsPictures } from './asked-dataset.ts'

/** A base with weights that takes pictures. */
export interface LabelBase {
  readonly title: string
  readonly parts: Pick<LabelJob, 'network' | 'preprocessing'> & { readonly weights: WeightsRef }
  /** Another base, or the same in another state, has another key. */
  readonly key: string
}

/** @throws GraftError E_MODEL_UNKNOWN, E_DATASET_UNUSABLE (a table), E_PREDICT_INPUT (how it prepares pixels is not known) */
export function labelBase(app: App, session: Session, state: DatasetState, ref: BaseRef): LabelBase {
  if (state.row.kind !== 'image') throw needsPictures(state.row.name)
  const context = learningContext(app, session, state)
  const found = typeof ref === 'string' ? modelFilesOf(ref, context) : null
  // Of a name that nothing has, the description says so.
  if (found === null) throw untrained(describeBase(ref, context).title)
  const { title, files, isPrepared } = found
  const { network, preprocessing, weights } = files
  if (preprocessing.kind !== 'image') throw takesTables(title)
  if (!isPrepared) throw unprepared(title)
  const parts = { network, preprocessing, weights }
  const key = createHash('sha256')
    .update(JSON.stringify([weights.sha256, preprocessing, network.features]))
    .digest('hex')
  return { title, parts, key }
}

function untrained(title: string): GraftError {
  return new GraftError(
    'E_MODEL_UNKNOWN',
    `Expected a base with weights. Received: ${title}, which has learnt nothing.`,
    {
      fix: 'Choose a base model or a trained one.',
    },
  )
}

function takesTables(title: string): GraftError {
  return new GraftError(
    'E_MODEL_UNKNOWN',
    `Expected a base that takes pictures. Received: ${title}, which takes tables.`,
    {
      fix: 'Choose another base.',
    },
  )
}

/** Writes the list of items to a folder of its own, which `remove` takes away. */
export async function prepareLabelJob(
  app: App,
  session: Session,
  state: DatasetState,
  { parts }: LabelBase,
): Promise<{ job: LabelJob; remove: () => void }> {
  const folder = join(session.paths.analyses, `label-${app.ports.random.id(10)}`)
  const manifest = join(folder, 'manifest.json')
  mkdirSync(folder, { recursive: true })
  // What the features are of does not depend on labels: no hash of them, no heads.
  await writeManifest(session, manifest, await buildManifest(session, state, { hash: '', heads: [] }))
  return {
    job: {
      kind: 'label',
      folder,
      cacheFolder: session.paths.cache,
      cacheLimitBytes: cacheLimit(app),
      ...parts,
      manifest,
      threads: availableParallelism(),
    },
    remove: () => removeAll(folder),
  }
}
