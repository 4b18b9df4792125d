import type { Catalog } from '@contract/models.ts'
import type { ParamField } from '@contract/params.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import type { SettingValue, StudySpecInput } from '@contract/studies.ts'

/** A setting that can be varied, with the range that is proposed for it. */
export interface SettingChoice {
  readonly path: string
  readonly label: string
  readonly group: string
  readonly draft: SettingDraft
  /** Of a choice: what it may be; absent: numbers. */
  readonly allowed?: readonly SettingValue[]
}

/** What a row of the dialog edits. */
export interface SettingDraft {
  readonly path: string
  readonly kind: 'range' | 'choice'
  readonly from: number
  readonly to: number
  readonly scale: 'linear' | 'log'
  readonly integer: boolean
  readonly steps: number
  /** Of a choice, as typed. */
  readonly values: string
}

export interface SearchDraft {
  readonly method: 'random' | 'grid'
  readonly samples: number
  readonly seed: number
  readonly settings: readonly SettingDraft[]
}

const range = (path: string, from: number, to: number, more: Partial<SettingDraft> = {}): SettingDraft => ({
  path,
  kind: 'range',
  from,
  to,
  scale: 'linear',
  integer: false,
  steps: 4,
  values: '',
  ...more,
})
const choice = (path: string, values: readonly SettingValue[]): SettingDraft =>
  range(path, 0, 1, { kind: 'choice', values: values.map(valueText).join(', ') })

export function newSearch(): SearchDraft {
  const rate = range('optimizer.learningRate', 0.0001, 0.1, { scale: 'log' })
  return { method: 'random', samples: 16, seed: 1, settings: [rate] }
}

/** Settings of every experiment. */
const COMMON: readonly SettingChoice[] = [
  { path: 'batchSize', label: 'Batch size', draft: choice('batchSize', [16, 32, 64, 128]) },
  { path: 'labelSmoothing', label: 'Label smoothing', draft: range('labelSmoothing', 0, 0.2) },
  { path: 'augment.colour', label: 'Colour', draft: range('augment.colour', 0, 0.5) },
  { path: 'augment.rotate', label: 'Rotation', draft: range('augment.rotate', 0, 30) },
  { path: 'augment.shift', label: 'Shift', draft: range('augment.shift', 0, 0.2) },
  { path: 'augment.cutout', label: 'Cutout', draft: range('augment.cutout', 0, 0.5) },
  { path: 'augment.mixup', label: 'Mixup', draft: range('augment.mixup', 0, 1) },
].map((one) => ({ ...one, group: one.path.startsWith('augment.') ? 'Augmentation' : 'Training' }))

/** Everything that a search can vary of what stands on the bench: settings of its optimizer, schedule and strategy, and those of every run. */
export function settingChoices(spec: ExperimentSpecInput, catalog: Catalog | null): SettingChoice[] {
  const of = (
    part: 'optimizer' | 'schedule' | 'strategy',
    type: string,
    variants: Catalog['optimizers'] | undefined,
  ) => {
    const variant = variants?.find((one) => one.type === type)
    return (variant?.fields ?? []).flatMap((field): SettingChoice[] => {
      const draft = fieldDraft(`${part}.${field.name}`, field)
      const allowed = allowedOf(field)
      const group = variant?.label ?? part
      return draft === null
        ? []
        : [{ path: draft.path, label: field.label, group, draft, ...(allowed === null ? {} : { allowed }) }]
    })
  }
  return [
    ...of('optimizer', spec.optimizer?.type ?? 'adam', catalog?.optimizers),
    ...of('schedule', spec.schedule?.type ?? 'constant', catalog?.schedules),
    ...of('strategy', spec.strategy.type, catalog?.strategies),
    ...COMMON,
  ]
}

function allowedOf({ type, choices }: ParamField): readonly SettingValue[] | null {
  if (type === 'boolean') return [true, false]
  return type === 'choice' ? (choices ?? []).map(({ value }) => value) : null
}

/** null: texts, models and lists are not varied. */
function fieldDraft(path: string, field: ParamField): SettingDraft | null {
  const allowed = allowedOf(field)
  if (allowed !== null) return choice(path, allowed)
  if (field.type !== 'number' && field.type !== 'integer') return null
  const centre = typeof field.default === 'number' ? field.default : 0
  const least = field.min ?? 0
  const most = field.max ?? Infinity
  const integer = field.type === 'integer'
  if (field.log && centre > 0) {
    const [from, to] = [Math.max(least > 0 ? least : 0, centre / 10), Math.min(most, centre * 10)]
    return range(path, three(from), three(to), { scale: 'log', integer })
  }
  const to = Number.isFinite(most) ? most : Math.max(1, 2 * centre)
  return range(path, least, Math.max(to, least + 1e-6), { integer })
}

const three = (value: number): number => Number(value.toPrecision(3))

/** The search that a draft means; a string says what is wrong with it. */
export function searchOf(draft: SearchDraft): NonNullable<StudySpecInput['search']> | string {
  if (draft.settings.length === 0) return 'Choose at least one setting to vary.'
  const settings = draft.settings.map(settingOf)
  const wrong = settings.find((one) => typeof one === 'string')
  if (wrong !== undefined) return wrong
  const { method, samples, seed } = draft
  return { method, samples, seed, settings: settings as Exclude<(typeof settings)[number], string>[] }
}

function settingOf({ kind, path, values, from, to, scale, integer, steps }: SettingDraft) {
  if (kind === 'range') return { kind, path, from, to, scale, integer, steps }
  const parsed = values
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(parseValue)
  return parsed.length === 0 ? `Write the values of ${path}, separated by commas.` : { kind, path, values: parsed }
}

function parseValue(text: string): SettingValue {
  if (/^(on|true)$/i.test(text)) return true
  if (/^(off|false)$/i.test(text)) return false
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

export function valueText(value: SettingValue): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
