import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Split } from '../../contract/datasets.ts'
import type { CardDetails, CardHead, CardMistake } from '../../contract/model-card.ts'
import type { Prediction, RunDetail } from '../../contract/runs.ts'
import { manifestItems, packPath } from '../datasets/manifest.ts'
import { confusionOf } from '../runs/confusion.ts'
import { readSeries } from '../runs/series.ts'
import { type App, nowText } from '../session/app.ts'
import type { Workspace } from '../session/workspace.ts'
import type { DatasetState } from '../store/dataset-state.ts'
import { getItems } from '../store/items-repo.ts'
import { listSeries } from '../store/points-repo.ts'
import { listPredictions } from '../store/predictions-repo.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { type RunRow, toRun } from '../store/runs-repo.ts'
import { planBlocks } from './plan-blocks.ts'

/** Pictures on the card, of all heads together. */
const MAX_MISTAKES = 12
/** Of a curve: as many as its drawing can show. */
const MAX_POINTS = 300

/** Gathers what the model card as a page shows of a run. The trainer reads the pictures and the split. */
export function cardDetails(app: App, workspace: Workspace, row: RunRow, intendedUse: string | null): CardDetails {
  const { db } = workspace
  const run = toRun(db, row)
  const { spec, plan, heads, weightChange } = readDetails(db, row.key)
  const state = workspace.datasets.find(row.dataset_id)
  const manifest = join(workspace.paths.run(row.id), 'manifest.json')
  const most = Math.max(1, Math.floor(MAX_MISTAKES / heads.length))
  const names = listSeries(db, row.key).map(({ name }) => name)
  return {
    createdAt: nowText(app),
    intendedUse,
    metrics: Object.entries(run.metrics).map(([name, { kept, best, bestEpoch }]) => ({ name, kept, best, bestEpoch })),
    curves: readSeries(db, row, names, MAX_POINTS).map(({ metric, epoch, value }) => ({ metric, epoch, value })),
    heads: heads.map((head, index) => cardHead(workspace, row, head, { state, most: index < MAX_MISTAKES ? most : 0 })),
    pack: state === null ? null : packPath(workspace, state),
    blocks: planBlocks(plan, weightChange),
    dataset: { name: run.dataset.name, version: run.dataset.version, hash: run.dataset.hash },
    manifest: existsSync(manifest) ? manifest : null,
    spec: JSON.stringify(spec, null, 2),
  }
}

type Head = RunDetail['heads'][number]

function cardHead(
  workspace: Workspace,
  run: RunRow,
  head: Head,
  { state, most }: { state: DatasetState | null; most: number },
): CardHead {
  const { name, type, classes } = head
  const mistakesOn = (split: Split, limit: number) =>
    listPredictions(workspace.db, run.key, { split, head: name, wrongOnly: true, offset: 0, limit }).predictions
  const split = (['test', 'validation', 'train'] as const).find((one) => isPredicted(workspace, run, one, name)) ?? null
  const counts = split === null || type !== 'classification' ? null : confusionOf(workspace.db, run.key, split, head)
  const wrong = split === null ? [] : mistakesOn(split, most)
  return { name, type, split, classes, counts, mistakes: withPictures(workspace, state, wrong) }
}

function isPredicted({ db }: Workspace, run: RunRow, split: Split, head: string): boolean {
  return listPredictions(db, run.key, { split, head, wrongOnly: false, offset: 0, limit: 1 }).total > 0
}

function withPictures(workspace: Workspace, state: DatasetState | null, rows: readonly Prediction[]): CardMistake[] {
  const isImage = state?.row.kind === 'image'
  const ids = rows.map(({ itemId }) => itemId)
  const items = state === null || !isImage ? [] : manifestItems(workspace, state, getItems(workspace.db, state.row.key, ids), []) // prettier-ignore
  return rows.map(({ itemId, name, expected, predicted, confidence }) => {
    const item = items.find(({ id }) => id === itemId)
    return { name, expected, predicted, confidence, picture: item ? { path: item.path, row: item.row } : null }
  })
}
