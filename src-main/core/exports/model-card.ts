import type { ExportJob } from '../../contract/trainer.ts'
import { catalog, describeStates } from '../../learning/catalog.ts'
import type { App } from '../session/app.ts'
import type { Workspace } from '../session/workspace.ts'
import { readDetails } from '../store/run-details-repo.ts'
import { type RunRow, toRun } from '../store/runs-repo.ts'
import { cardDetails } from './card-details.ts'
import { trainedFeatures } from './trained-features.ts'
import { pretrainedBases } from '../planning/learning-context.ts'

export interface CardOptions {
  readonly format: string
  readonly options: Readonly<Record<string, unknown>>
  readonly intendedUse: string | null
}

/** What the export's model card says of the run. */
export function modelCard(app: App, workspace: Workspace, row: RunRow, chosen: CardOptions): ExportJob['card'] {
  const run = toRun(workspace.db, row)
  const details = readDetails(workspace.db, row.key)
  const { spec, plan, environment } = details
  const base = pretrainedBases(app, workspace).find((entry) => entry.id === spec.base)
  const metrics = Object.entries(run.metrics).map(([name, summary]) => ({
    label: name,
    value: `${round(summary.kept)} (best of all epochs: ${round(summary.best)}, epoch ${round(summary.bestEpoch)})`,
  }))
  return {
    title: run.name,
    lines: [
      { label: 'Base model', value: base?.title ?? run.base },
      { label: 'Strategy', value: run.strategy },
      { label: 'Dataset', value: `${run.dataset.name}, version ${run.dataset.version}` },
      { label: 'Dataset SHA-256', value: run.dataset.hash },
      { label: 'Seed', value: String(run.seed) },
      { label: 'Epochs', value: `${run.epochsDone} of ${run.epochs}` },
      {
        label: 'Parameters',
        value: `${run.parameters.total} in all; ${run.parameters.trainable} trained, ${run.parameters.frozen} frozen, ${run.parameters.fresh} fresh`,
      },
      { label: 'Freeze plan', value: describeStates(plan.network, plan.states) },
      ...featureLines(trainedFeatures(details), chosen),
      ...chosenLines(chosen),
      ...metrics,
      ...Object.entries(environment).map(([label, value]) => ({ label: `Environment: ${label}`, value })),
      { label: 'Spec', value: JSON.stringify(spec) },
    ],
    licences: base === undefined ? [] : [`${base.title}: ${base.licence ?? 'licence not known'}. ${base.source}`],
    details: cardDetails(app, workspace, row, chosen.intendedUse),
  }
}

/** In what the features were that the heads were trained on, and of int8 where its ranges came from. What that means for the files stands with the
 *  proof. */
function featureLines(features: ExportJob['features'], { options }: CardOptions): ExportJob['card']['lines'] {
  if (features === undefined) return []
  const { precision, layer, isTrainedLater, calibration } = features
  const later = isTrainedLater ? '; layers of it were trained later, in float32' : ''
  const lines = [
    { label: 'Features that heads were trained on', value: `${precision}, computed up to ${layer}${later}` },
  ]
  if (calibration === null) return lines
  const { method, images, ranges } = calibration
  const use = options['weights'] === 'int8' ? ', which these files have, too' : ''
  return [...lines, { label: 'Ranges of its int8', value: `${method}, of ${images} training images, for ${ranges.length} values${use}` }] // prettier-ignore
}

/** What was chosen for the export, in the words of its form. */
function chosenLines({ format, options, intendedUse }: CardOptions): { label: string; value: string }[] {
  const { label, fields } = catalog().exporters.find(({ type }) => type === format) ?? { label: format, fields: [] }
  const values = fields.flatMap((field) => {
    const value = options[field.name]
    const choice = field.choices?.find((one) => one.value === value)
    return value === undefined ? [] : [{ label: field.label, value: choice?.label ?? String(value) }]
  })
  const use = intendedUse === null ? [] : [{ label: 'Intended use', value: intendedUse }]
  return [{ label: 'Format', value: label }, ...values, ...use]
}

function round(value: number): string {
  return String(Number(value.toPrecision(5)))
}
