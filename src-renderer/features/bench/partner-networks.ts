import type { BaseModel } from '@contract/models.ts'
import type { ParamField, Variant } from '@contract/params.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { formatNumber } from '../../ui/format.ts'
import type { HeadInput } from './heads.ts'

export type Role = 'teacher' | 'target' | 'task'

/** A network that stands beside the one on the bench while the strategy runs. It is looked at, not changed. */
export interface Partner {
  readonly id: string
  readonly role: Role
  readonly title: string
  /** What it is and whether it learns. */
  readonly note: string
  /** Another model by reference; null: the bench's own network again. */
  readonly model: string | null
  /** Of the bench's network: only this head is drawn; null: none; undefined: all. */
  readonly head?: string | null
}

export type FlowKind = 'soft-labels' | 'pulled-together' | 'adversary'

/** Something that flows between two networks; `main` is the bench's own. */
export interface Flow {
  readonly kind: FlowKind
  readonly from: string
  readonly to: string
  readonly words: string
  /** Pulled together: these layers; empty: all. Adversary: the layer at whose output it looks; empty: the strategy’s own choice, drawn at the last block. */
  readonly layers: readonly string[]
}

export interface PartnerNetworks {
  /** What the bench's network is in this partnerNetworks: student, source, first task. Empty: it stands alone. */
  readonly mainTitle: string
  readonly mainHead?: string | null
  readonly partners: readonly Partner[]
  readonly flows: readonly Flow[]
}

export const ALONE: PartnerNetworks = { mainTitle: '', partners: [], flows: [] }

interface Given {
  readonly spec: ExperimentSpecInput
  readonly variant: Variant | null
  readonly bases: readonly BaseModel[]
  readonly heads: readonly HeadInput[]
}

/** Who takes part in the spec's strategy, by the fields of its form: models are teachers, a target dataset brings the network
 *  a second time, soft sharing one network per head. */
export function partnerNetworksOf(given: Given): PartnerNetworks {
  const { variant, heads } = given
  if (variant === null) return ALONE
  const teachers = variant.fields.filter((field) => field.type === 'model' || field.type === 'models')
  const target = variant.fields.find((field) => field.type === 'dataset' && /target/i.test(field.name))
  if (target) return domains(given, target)
  if (/soft|cross-stitch/.test(variant.type) && heads.length > 1) return tasks(given)
  if (teachers.length === 0) return ALONE
  const partnerNetworks = lesson(given, teachers)
  // Without the teacher that it may have, a strategy works on the bench's network alone.
  if (partnerNetworks.partners.length > 0) return isTree(variant) ? grown(partnerNetworks) : partnerNetworks
  return isTree(variant) || teachers.every((field) => field.optional) ? ALONE : partnerNetworks
}

/** A strategy that keeps a decision tree; without a teacher the bench's own network is trained to be one. */
function isTree({ type }: Variant): boolean {
  return /tree/.test(type)
}

function grown(partnerNetworks: PartnerNetworks): PartnerNetworks {
  const flows = partnerNetworks.flows.map((flow) => ({
    ...flow,
    words: flow.words && 'labels manufactured rows, on which one decision tree is grown',
  }))
  return { ...partnerNetworks, mainTitle: 'In its place: the tree', flows }
}

function valueOf({ spec, variant }: Given, pattern: RegExp): unknown {
  const field = variant?.fields.find((one) => pattern.test(one.name))
  return field && (spec.strategy[field.name] ?? field.default)
}

function lesson(given: Given, fields: readonly ParamField[]): PartnerNetworks {
  const refs = fields.flatMap((field) => {
    const value = given.spec.strategy[field.name] ?? field.default
    return Array.isArray(value) ? (value as string[]) : typeof value === 'string' && value !== '' ? [value] : []
  })
  const temperature = valueOf(given, /temperature/i)
  const weight = valueOf(given, /hard.*weight|^alpha$/i)
  const soft = typeof temperature === 'number' ? `soft labels, T = ${formatNumber(temperature)}` : 'soft labels'
  const hard = typeof weight === 'number' ? `, true labels weigh ${formatNumber(weight)}` : ''
  const several = refs.length > 1 ? `mean of ${refs.length} teachers’ ` : ''
  return {
    mainTitle: 'Student',
    partners: refs.map((ref, index) => ({
      id: `teacher-${index}`,
      role: 'teacher',
      title: given.bases.find((base) => base.id === ref || base.run?.runId === ref)?.title ?? ref,
      note: 'stands still and only answers',
      model: ref,
    })),
    flows: refs.map((_ref, index) => ({
      kind: 'soft-labels',
      from: `teacher-${index}`,
      to: 'main',
      words: index === refs.length - 1 ? `${several}${soft}${hard}` : '',
      layers: [],
    })),
  }
}

function domains(given: Given, field: ParamField): PartnerNetworks {
  const { spec, variant } = given
  const target = spec.strategy[field.name] ?? field.default
  const name = typeof target === 'string' && target !== '' ? target : 'no dataset chosen yet'
  const hasOwn = /adda/.test(variant?.type ?? '')
  const layer = valueOf(given, /^features|layer/i)
  const words = hasOwn
    ? 'features with swapped labels: the target’s copy learns to pass for the source'
    : 'gradient reversed, × −λ: features learn to look alike'
  return {
    mainTitle: `Source: ${spec.dataset || 'no dataset'}`,
    partners: [
      {
        id: 'target',
        role: 'target',
        title: name,
        note: hasOwn ? 'its own copy, started from the source’s weights; no labels' : 'the same weights; no labels',
        model: null,
        head: null,
      },
    ],
    flows: [
      {
        kind: 'adversary',
        from: 'main',
        to: 'target',
        words,
        layers: typeof layer === 'string' && layer !== '' ? [layer] : [],
      },
    ],
  }
}

function tasks(given: Given): PartnerNetworks {
  const { variant, heads } = given
  const layers = valueOf(given, /^layers$|linked/i)
  const strength = valueOf(given, /strength|lambda|penalty/i)
  const isStitched =
    /stitch/.test(variant?.type ?? '') || valueOf(given, /^(how|sharing|link|method|kind)$/i) === 'cross-stitch'
  const pull = typeof strength === 'number' ? `L2 distance × ${formatNumber(strength)}` : 'L2 distance'
  const words = isStitched ? 'cross-stitch: activations are mixed' : `${pull} pulls these layers together`
  const [first, ...others] = heads
  return {
    mainTitle: `Task: ${first?.name ?? ''}`,
    mainHead: first?.name ?? null,
    partners: others.map((head) => ({
      id: `task-${head.name}`,
      role: 'task',
      title: head.name,
      note: 'a network of its own',
      model: null,
      head: head.name,
    })),
    flows: others.map((head, index) => ({
      kind: 'pulled-together',
      from: index === 0 ? 'main' : `task-${others[index - 1]?.name}`,
      to: `task-${head.name}`,
      words: index === 0 ? words : '',
      layers: linkedNames(layers),
    })),
  }
}

/** A list of names, or a text of names with commas between, each perhaps with a strength: `block1=0.01, block2`. */
function linkedNames(value: unknown): string[] {
  const names = Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? value.split(',') : []
  return names.map((name) => (name.split('=')[0] ?? '').trim()).filter(Boolean)
}
