import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PrecisionReport } from '../../contract/precision.ts'
import { computerName } from '../../base/computer-name.ts'
import type { ResolvedSpec } from '../../learning/catalog.ts'
import { writeFileAtomic } from '../../base/disk/write-file-atomic.ts'
import type { Workspace } from '../session/workspace.ts'
import type { DatasetState } from '../store/dataset-state.ts'

/** What was measured of such a frozen part on this computer, of whichever version of the dataset; null: nothing, nothing is frozen, or the file is
 *  damaged (it costs a measurement, never a plan). */
export function findReport(workspace: Workspace, subject: ReportSubject): PrecisionReport | null {
  const file = fileOf(workspace, subject)
  if (file === null || !existsSync(file)) return null
  try {
    return PrecisionReport.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** Puts a report in the place of an older one. */
export function keepReport(workspace: Workspace, subject: ReportSubject, report: PrecisionReport): void {
  const file = fileOf(workspace, subject)
  if (file === null) throw new Error('a report needs a dataset and a frozen part')
  mkdirSync(workspace.paths.precision, { recursive: true })
  writeFileAtomic(file, `${JSON.stringify(report, null, 2)}\n`)
}

export interface ReportSubject {
  readonly dataset: DatasetState | null
  readonly resolved: ResolvedSpec
}

/** `precision/<key>.json`: by what decides the features and the heads that were compared, and by computer. */
function fileOf(workspace: Workspace, { dataset, resolved }: ReportSubject): string | null {
  const { plan, heads, weights, spec } = resolved
  const { cachedUpTo, network, preprocessing } = plan
  if (dataset === null || cachedUpTo === null) return null
  const end = network.layers.findIndex(({ name }) => name === cachedUpTo)
  const layers = network.layers
    .slice(0, end + 1)
    .map(({ name, type, config, inputs }) => ({ name, type, config, inputs }))
  const head = heads.find(({ type }) => type === 'classification')
  const decides = {
    format: 1,
    computer: computerName(),
    dataset: dataset.row.id,
    // Random weights follow from the seed.
    weights: weights?.sha256 ?? `seed ${spec.seed}`,
    cut: cachedUpTo,
    layers,
    preprocessing,
    head: head?.column ?? null,
  }
  const key = createHash('sha256').update(JSON.stringify(decides)).digest('hex').slice(0, 32)
  return join(workspace.paths.precision, `${key}.json`)
}
