import { describe, it } from 'vitest'
import { ImportOptions } from '../../src-main/contract/datasets.ts'
import { NewLayer } from '../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../src-main/contract/spec.ts'
import { StudySpec } from '../../src-main/contract/studies.ts'
import { catalog, resolveAnalysis } from '../../src-main/learning/catalog.ts'
import { optimizers } from '../../src-main/learning/optimizers/index.ts'
import { schedules } from '../../src-main/learning/schedules/index.ts'
import { learningRateFactor } from '../../src-main/learning/schedules/schedule.ts'
import { golden, inLine } from '../support/golden.ts'

const MINIMAL = { dataset: 'photos', base: 'efficientnet-lite0', strategy: { type: 'fine-tuning' } }

describe('a spec that says only what it must means the same', () => {
  it('of a run', async () => {
    const heads = [{ name: 'label', column: 'label', type: 'classification' }]
    await golden('run', ExperimentSpec.parse({ ...MINIMAL, heads, earlyStopping: {} }))
    await golden('early stopping and heads of a run that says nothing', [
      ExperimentSpec.parse(MINIMAL).earlyStopping,
      ExperimentSpec.parse(MINIMAL).heads,
    ])
    await golden('augmentation', ExperimentSpec.parse({ ...MINIMAL, augment: {} }).augment)
    const layers = [
      { type: 'dense', units: 8 },
      { type: 'convolution', filters: 8 },
    ]
    await golden('new layers', layers.map((layer) => inLine(NewLayer.parse(layer)))) // prettier-ignore
  })

  it('of a study and of an import', async () => {
    const budget = { kind: 'seconds', seconds: 9 }
    const { base: _base, ...study } = StudySpec.parse({ kind: 'tournament', base: MINIMAL, budget, arms: [{}] })
    await golden('study', study)
    await golden('import', ImportOptions.parse({ name: 'photos' }))
  })

  it('of an optimizer, with what it keeps in a checkpoint', async () => {
    const rows = optimizers.map((row) => {
      const values = row.params.schema.parse({})
      const rule = row.rule(values)
      const scalars = rule.scalars(3).map((value) => value.toPrecision(9))
      return [row.type, { values: inLine(values), slots: rule.slots, 'scalars of step 3': scalars }]
    })
    await golden('optimizers', Object.fromEntries(rows))
  })

  it('of a schedule, with the rates that follow', async () => {
    const rows = schedules.map((row) => {
      const values = row.params.schema.parse({})
      const rates = (more: object): string => {
        const places = [0, 1, 9, 10, 35, 50, 99].map((step) => ({ step, totalSteps: 100, stepsPerEpoch: 10 }))
        return places
          .map((place) => learningRateFactor(row, { ...values, ...more }, place, 0.01).toPrecision(6))
          .join(' ')
      }
      return [row.type, { values: inLine(values), rates: rates({}), warm: rates({ warmupEpochs: 2 }) }]
    })
    await golden('schedules', Object.fromEntries(rows))
  })

  it('of an analysis and of a preset', async () => {
    const { analyses, presets, exporters } = catalog()
    const filled = analyses.map(({ type }) => [type, inLine(resolveAnalysis(type, {}).values)])
    await golden('analyses', Object.fromEntries(filled))
    await golden('presets', Object.fromEntries(presets.map(({ id, patch }) => [id, inLine(patch)])))
    await golden('exporters', exporters.map(({ type }) => type)) // prettier-ignore
  })
})
