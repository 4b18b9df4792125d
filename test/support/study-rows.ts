import type { ArmBaseline, ArmComparison, ArmResult, PlannedArm } from '../../src-main/contract/studies.ts'
import { StudySpec, type StudySpecInput } from '../../src-main/contract/studies.ts'
import type { MeasuredCell } from '../../src-main/core/studies/measured-cell.ts'

/** An arm as it was planned. */
export function plannedArm(
  label: string,
  baseline: ArmBaseline | null = null,
  more: Partial<PlannedArm> = {},
): PlannedArm {
  return {
    label,
    patch: {},
    baseline,
    isAdded: false,
    strategy: 'fine-tuning',
    parameters: { total: 1000, trainable: 10 },
    seconds: null,
    problems: [],
    ...more,
  }
}

/** A run of an arm that was measured. */
export function measuredCell(
  arm: number,
  seed: number,
  value: number | null,
  more: Partial<MeasuredCell> = {},
): MeasuredCell {
  const dataset = { id: 'd', name: 'photos', version: 1, hash: 'h' }
  return { arm, labels: null, seed, value, seconds: 10 * (arm + 1), epochs: 5, dataset, ...more }
}

/** One list of values an arm, with the seeds 1, 2, 3 ... */
export function measuredCells(values: readonly (readonly number[])[], labels: number | null = null): MeasuredCell[] {
  return values.flatMap((list, arm) => list.map((value, place) => measuredCell(arm, place + 1, value, { labels })))
}

/** A row of the ranking. */
export function armResult(arm: number, label: string, more: Partial<ArmResult> = {}): ArmResult {
  return {
    arm,
    labels: null,
    label,
    baseline: null,
    rank: arm + 1,
    notComparable: null,
    values: [],
    mean: null,
    sd: null,
    half: null,
    seconds: null,
    epochs: null,
    parameters: { total: 1000, trainable: 10 },
    sizeBytes: 4000,
    againstLeader: null,
    againstBaselines: [],
    hurts: false,
    isTrivial: false,
    sentence: null,
    ...more,
  }
}

/** Of another arm; over three seeds, within chance. */
export function comparison(arm: number, difference: number, more: Partial<ArmComparison> = {}): ArmComparison {
  return { arm, seeds: 3, difference, half: 0.01, p: 0.5, pHolm: 0.5, pRank: 0.5, verdict: 'unclear', ...more }
}

/** A study on the toy pictures. */
export function studySpec(more: Partial<StudySpecInput> = {}): StudySpec {
  return StudySpec.parse({
    name: 'toy study',
    kind: 'tournament',
    base: { dataset: 'toy', base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' }, batchSize: 4 },
    arms: [{}],
    seeds: [1, 2],
    budget: { kind: 'epochs', epochs: 3 },
    ...more,
  })
}
