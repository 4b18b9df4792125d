import { describe, expect, it } from 'vitest'
import type { ArmBaseline, StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { baselineOf, missingBaselines } from '../../../../src-main/core/studies/baselines.ts'
import type { ArmPlan } from '../../../../src-main/core/studies/plan-arm.ts'
import { catalog } from '../../../../src-main/learning/catalog.ts'
import { plannedArm, studySpec } from '../../../support/study-rows.ts'

type State = 'frozen' | 'trained' | 'fresh'

interface Facts {
  readonly states: Record<string, State>
  readonly types?: Record<string, string>
  readonly strategy?: Record<string, unknown>
  readonly newLayers?: unknown[]
  readonly cut?: string
  readonly heads?: number
  readonly baseline?: ArmBaseline
  readonly patch?: Record<string, unknown>
}

/** A plan as far as it says what an arm trains: layers are Dense unless `types` says otherwise. */
function plan({ states, types = {}, strategy = { type: 'fine-tuning' }, heads = 1, ...more }: Facts): ArmPlan {
  const layers = Object.keys(states).map((name) => ({ name, type: types[name] ?? 'Dense' }))
  const { newLayers = [], cut, baseline, patch = {} } = more
  return {
    arm: plannedArm('an arm', baseline ?? null, { strategy: String(strategy['type']), patch }),
    planned: {
      resolved: { spec: { strategy, newLayers, cut }, heads: Array.from({ length: heads }) },
      plan: { states, network: { layers } },
    },
  } as unknown as ArmPlan
}

const PROBE: Facts = { states: { conv: 'frozen', head: 'fresh' }, strategy: { type: 'feature-extraction' } }
const TUNED: Facts = { states: { conv: 'trained', head: 'fresh' } }
const SCRATCH: Facts = { states: { conv: 'fresh', head: 'fresh' } }

describe('an arm is a baseline', () => {
  it('as it says itself, whatever it trains', () => {
    expect(baselineOf(plan({ ...TUNED, baseline: 'source-only' }))).toBe('source-only')
  })

  it('from scratch, when plain training has fresh layers alone', () => {
    expect(baselineOf(plan(SCRATCH))).toBe('from-scratch')
    expect(baselineOf(plan({ ...SCRATCH, strategy: { type: 'distillation' } }))).toBeNull()
    expect(baselineOf(plan({ states: {} }))).toBeNull()
  })

  it('the linear probe, when it trains a head on frozen features and nothing else', () => {
    expect(baselineOf(plan(PROBE))).toBe('linear-probe')
    expect(baselineOf(plan({ ...PROBE, strategy: { type: 'fine-tuning' } }))).toBe('linear-probe')
    expect(baselineOf(plan(TUNED))).toBeNull()
    expect(baselineOf(plan({ states: { conv: 'frozen', mid: 'trained', head: 'fresh' } }))).toBeNull()
  })

  it('but no probe with another strategy, a cut, or layers of its own', () => {
    expect(baselineOf(plan({ ...PROBE, strategy: { type: 'dann' } }))).toBeNull()
    expect(baselineOf(plan({ ...PROBE, cut: 'block2' }))).toBeNull()
    expect(baselineOf(plan({ ...PROBE, newLayers: [{ units: 8 }] }))).toBeNull()
  })

  it('with one fresh Dense layer a head, and others that hold no weights', () => {
    const states: Facts['states'] = { conv: 'frozen', drop: 'fresh', a: 'fresh', b: 'fresh' }
    const types = { drop: 'Dropout' }
    expect(baselineOf(plan({ states, types, heads: 2 }))).toBe('linear-probe')
    expect(baselineOf(plan({ states, types, heads: 1 }))).toBeNull()
    // A frozen Dense layer is no head.
    expect(baselineOf(plan({ states: { conv: 'frozen', dense: 'frozen', head: 'fresh' } }))).toBe('linear-probe')
  })

  it('in nothing that could not be planned', () => {
    expect(baselineOf({ arm: plannedArm('broken'), planned: null })).toBeNull()
  })
})

describe('the baselines that are missing', () => {
  const missing = (baselines: StudySpecInput['baselines'], ...plans: ArmPlan[]) =>
    missingBaselines(studySpec({ baselines }), plans)
  const presetPatch = (id: string) => catalog().presets.find((preset) => preset.id === id)?.patch

  it('are arms made of presets', () => {
    expect(missing(['from-scratch', 'linear-probe'], plan(TUNED))).toEqual({
      arms: [
        { label: 'From scratch', patch: presetPatch('from-scratch'), baseline: 'from-scratch' },
        { label: 'Linear probe', patch: presetPatch('feature-extraction'), baseline: 'linear-probe' },
      ],
      leftOut: [],
    })
    expect(presetPatch('from-scratch')).toBeDefined()
    expect(presetPatch('feature-extraction')).toBeDefined()
  })

  it('are not those that an arm is by itself, that need no run, or that nobody asked for', () => {
    expect(missing(['linear-probe'], plan(TUNED), plan(PROBE))).toEqual({ arms: [], leftOut: [] })
    expect(missing(['majority'], plan(TUNED))).toEqual({ arms: [], leftOut: [] })
    expect(missing([], plan(TUNED))).toEqual({ arms: [], leftOut: [] })
  })

  it('are asked for once', () => {
    expect(missing(['from-scratch', 'from-scratch'], plan(TUNED)).arms).toHaveLength(1)
  })

  it('make no sense where nothing is reused', () => {
    const reason = 'Nothing is reused here: the base has fresh weights.'
    expect(missing(['linear-probe'], plan(SCRATCH))).toEqual({
      arms: [],
      leftOut: [{ baseline: 'linear-probe', reason }],
    })
    expect(missing(['linear-probe'], { arm: plannedArm('broken'), planned: null }).leftOut).toHaveLength(1)
    expect(missing(['linear-probe'], plan(SCRATCH), plan(TUNED)).arms).toHaveLength(1)
  })

  it('are the source alone where a second domain is adapted to, and nothing else', () => {
    expect(missing(['source-only'], plan(TUNED)).leftOut).toEqual([
      { baseline: 'source-only', reason: 'No arm adapts to a second domain.' },
    ])
    const reason = 'It is not measured on the target; the source alone is the baseline.'
    const adapting = plan({ ...TUNED, strategy: { type: 'dann', target: 'other' } })
    expect(missing(['from-scratch', 'linear-probe'], plan(TUNED), adapting).leftOut).toEqual([
      { baseline: 'from-scratch', reason },
      { baseline: 'linear-probe', reason },
    ])
  })
})

describe('the source alone', () => {
  const arm = (of: ArmPlan) => missingBaselines(studySpec({ baselines: ['source-only'] }), [plan(TUNED), of]).arms[0]

  it('is the same training without its adapting part', () => {
    const strategy = {
      type: 'adda',
      target: 'other',
      features: 'flatten',
      reportTarget: true,
      discriminatorUnits: 64,
      discriminatorLayers: 2,
      sourceEpochs: 5,
      lambda: 3,
    }
    const patch = { strategy, 'strategy.lambda': 2, freeze: null }
    expect(arm(plan({ ...TUNED, strategy, patch }))).toEqual({
      label: 'Source only',
      baseline: 'source-only',
      patch: {
        freeze: null,
        strategy: {
          type: 'dann',
          target: 'other',
          features: 'flatten',
          reportTarget: true,
          discriminatorUnits: 64,
          discriminatorLayers: 2,
          lambda: 0,
          compareSourceOnly: false,
        },
      },
    })
  })

  it('says no more than the adapting arm does', () => {
    expect(arm(plan({ ...TUNED, strategy: { type: 'dann', target: 'other' } }))?.patch).toEqual({
      strategy: { type: 'dann', target: 'other', lambda: 0, compareSourceOnly: false },
    })
    const broken = { arm: plannedArm('broken', null, { strategy: 'dann' }), planned: null }
    expect(arm(broken)?.patch).toEqual({ strategy: { type: 'dann', lambda: 0, compareSourceOnly: false } })
  })
})
