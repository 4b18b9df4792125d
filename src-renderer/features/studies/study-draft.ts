import type { Catalog } from '@contract/models.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { ArmBaseline, Baseline, StudyArm, StudyKind, StudySpecInput } from '@contract/studies.ts'
import { parseSeeds } from '../bench/parse-seeds.ts'
import { patchSpec } from '@contract/patch-spec.ts'
import { newSearch, type SearchDraft, searchOf } from './search-draft.ts'
import { BASELINES } from './study-text.ts'

/** Something that can be ticked: the bench as it stands, a preset, or a strategy with its own defaults. */
export interface ArmChoice {
  readonly id: string
  readonly label: string
  readonly help: string
  readonly group: 'bench' | 'preset' | 'strategy'
  readonly preset?: string
  readonly strategy?: string
}

/** What the dialog edits. */
export interface StudyDraft {
  readonly kind: StudyKind
  readonly name: string
  readonly chosen: readonly string[]
  /** Values of the forms of ticked strategies, by choice. */
  readonly forms: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly sweep: 'freeze' | 'cut'
  /** Labels of arms of a sweep that are left out. */
  readonly skipped: readonly string[]
  readonly seeds: string
  readonly budget: 'epochs' | 'seconds'
  readonly epochs: number
  readonly seconds: number
  readonly baselines: readonly Baseline[]
  /** Numbers of labels as typed; empty: suggested. */
  readonly labels: string
  readonly search: SearchDraft
}

export function newDraft(spec: ExperimentSpecInput, kind: StudyKind = 'tournament'): StudyDraft {
  return {
    kind,
    name: '',
    chosen: kind === 'freeze-sweep' ? ['bench'] : ['preset:feature-extraction', 'preset:fine-tune-last-block'],
    forms: {},
    sweep: 'freeze',
    skipped: [],
    seeds: kind === 'search' ? '1' : '1-3',
    budget: 'epochs',
    epochs: spec.epochs ?? 10,
    seconds: 60,
    // What a search compares are its combinations.
    baselines: kind === 'search' ? ['majority'] : BASELINES.map(({ value }) => value),
    labels: '',
    search: newSearch(),
  }
}

/** Everything that can be ticked. A preset that does what a strategy does by itself stands for it. */
export function armChoices(catalog: Catalog | null): ArmChoice[] {
  const presets = (catalog?.presets ?? []).map(({ id, label, help }): ArmChoice => ({
    id: `preset:${id}`,
    label,
    help,
    group: 'preset',
    preset: id,
  }))
  const known = new Set(presets.map((one) => one.label))
  const strategies = (catalog?.strategies ?? [])
    .filter(({ type, label }) => !known.has(label) && type !== 'fine-tuning')
    .map(({ type, label, help }): ArmChoice => {
      return { id: `strategy:${type}`, label, help, group: 'strategy', strategy: type }
    })
  const bench: ArmChoice = {
    id: 'bench',
    label: 'The bench as it is',
    help: 'The experiment that stands on the bench, with all its settings.',
    group: 'bench',
  }
  return [bench, ...presets, ...strategies]
}

/** What arms are made from. */
interface ArmSources {
  readonly choices: readonly ArmChoice[]
  /** Arms of the sweep, once they are known. */
  readonly blocks: readonly SweepArm[]
}

/** The study that a draft means; a string says what is wrong with it. */
export function studyOf(draft: StudyDraft, spec: ExperimentSpecInput, more: ArmSources): StudySpecInput | string {
  const seeds = parseSeeds(draft.seeds)
  if (typeof seeds === 'string') return seeds
  const limits = parseLabels(draft.labels)
  if (typeof limits === 'string') return limits
  const arms = armsOf(draft, spec, more)
  if (typeof arms === 'string') return arms
  const search = draft.kind === 'search' ? searchOf(draft.search) : null
  if (typeof search === 'string') return search
  return {
    name: draft.name.trim(),
    kind: draft.kind,
    base: spec,
    arms,
    sweep: draft.sweep,
    search,
    labelLimits: draft.kind === 'label-efficiency' ? limits : [],
    baselines: [...draft.baselines],
    seeds,
    budget:
      draft.budget === 'epochs'
        ? { kind: 'epochs', epochs: draft.epochs }
        : { kind: 'seconds', seconds: draft.seconds, epochs: draft.epochs },
  }
}

/** A search makes its own. */
function armsOf(
  draft: StudyDraft,
  spec: ExperimentSpecInput,
  more: ArmSources,
): NonNullable<StudySpecInput['arms']> | string {
  if (draft.kind === 'search') return []
  return draft.kind === 'freeze-sweep' ? sweepArms(draft, more.blocks) : tickedArms(draft, spec, more.choices)
}

export interface SweepArm {
  readonly label: string
  readonly patch: StudyArm['patch']
  readonly baseline: ArmBaseline | null
}

/** All blocks: the study makes its own arms. */
function sweepArms({ skipped }: StudyDraft, blocks: readonly SweepArm[]): NonNullable<StudySpecInput['arms']> | string {
  if (skipped.length === 0) return []
  const left = blocks.filter(({ label }) => !skipped.includes(label))
  if (left.length === 0) return 'Tick at least one block.'
  return left.map(({ label, patch, baseline }) => ({ label, patch, ...(baseline === null ? {} : { baseline }) }))
}

function tickedArms(
  { chosen, forms }: StudyDraft,
  spec: ExperimentSpecInput,
  choices: readonly ArmChoice[],
): NonNullable<StudySpecInput['arms']> | string {
  const ticked = choices.filter(({ id }) => chosen.includes(id))
  if (ticked.length === 0) return 'Tick at least one strategy.'
  return ticked.map(({ id, label, preset, strategy }) => {
    if (preset !== undefined) return { label, preset }
    if (strategy === undefined) return { label: benchLabel(spec), patch: {} }
    const own = spec.strategy.type === strategy ? spec.strategy : { type: strategy }
    return { label, patch: { strategy: { ...own, ...forms[id], type: strategy } } }
  })
}

function benchLabel(spec: ExperimentSpecInput): string {
  return spec.name ? `Bench: ${spec.name}`.slice(0, 120) : 'The bench as it is'
}

/** "50, 100, all" as numbers, null for all. */
export function parseLabels(text: string): (number | null)[] | string {
  const limits: (number | null)[] = []
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const limit = /^all$/i.test(part) ? null : Number(part)
    if (limit !== null && (!Number.isInteger(limit) || limit < 1)) {
      return `"${part}" is no number of labels. Write whole numbers, and "all", e.g. 50, 100, all.`
    }
    if (!limits.includes(limit)) limits.push(limit)
  }
  return limits.length > 20 ? 'At most 20 numbers of labels.' : limits
}

/** The bench's spec with an arm's changes, to be opened there. */
export function adopted(base: ExperimentSpecInput, arm: { readonly label: string; readonly patch: StudyArm['patch'] }) {
  const spec = patchSpec(base, arm.patch)
  const { datasetVersion: _version, ...rest } = spec
  return { ...rest, name: arm.label }
}
