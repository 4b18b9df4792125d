import type { ArmBaseline, Baseline, StudyArm, StudyPlan, StudySpec } from '../../contract/studies.ts'
import { catalog } from '../../learning/catalog.ts'
import type { ArmPlan } from './plan-arm.ts'
import { ADAPTING } from './words.ts'

/** Which baseline an arm of the user's is by itself, if any: then none of that kind is added. */
export function baselineOf({ arm, planned }: ArmPlan): ArmBaseline | null {
  if (arm.baseline !== null) return arm.baseline
  if (planned === null) return null
  const { spec } = planned.resolved
  const states = new Set(Object.values(planned.plan.states))
  if (spec.strategy.type === 'fine-tuning' && states.size === 1 && states.has('fresh')) return 'from-scratch'
  const isProbe = states.has('frozen') && !states.has('trained')
  if (isProbe && spec.strategy.type === 'feature-extraction' && spec.newLayers.length === 0 && spec.cut === undefined) {
    return isOnlyHeadFresh(planned) ? 'linear-probe' : null
  }
  return null
}

function isOnlyHeadFresh(planned: NonNullable<ArmPlan['planned']>): boolean {
  const { plan, resolved } = planned
  const fresh = plan.network.layers.filter((layer) => plan.states[layer.name] === 'fresh')
  return fresh.filter((layer) => layer.type === 'Dense').length === resolved.heads.length
}

type Candidate = { readonly arm: StudyArm } | { readonly reason: string }

/** The arms of the asked-for baselines that are not there yet, and why some make no sense here. */
export function missingBaselines(
  study: StudySpec,
  plans: readonly ArmPlan[],
): { arms: StudyArm[]; leftOut: StudyPlan['leftOut'] } {
  const present = new Set(plans.map(baselineOf))
  const arms: StudyArm[] = []
  const leftOut: StudyPlan['leftOut'] = []
  for (const baseline of new Set(study.baselines)) {
    if (baseline === 'majority' || present.has(baseline)) continue
    const candidate = candidateOf(baseline, plans)
    if ('arm' in candidate) arms.push(candidate.arm)
    else leftOut.push({ baseline, reason: candidate.reason })
  }
  return { arms, leftOut }
}

function candidateOf(baseline: Exclude<Baseline, 'majority'>, plans: readonly ArmPlan[]): Candidate {
  if (baseline === 'source-only') return sourceOnly(plans)
  const isReused = plans.some(({ planned }) => planned !== null && hasReused(planned))
  if (!isReused) return { reason: 'Nothing is reused here: the base has fresh weights.' }
  const preset = baseline === 'from-scratch' ? 'from-scratch' : 'feature-extraction'
  const patch = catalog().presets.find((one) => one.id === preset)?.patch ?? {}
  const label = baseline === 'from-scratch' ? 'From scratch' : 'Linear probe'
  return { arm: { label, patch, baseline } }
}

function hasReused({ plan }: NonNullable<ArmPlan['planned']>): boolean {
  return Object.values(plan.states).some((state) => state !== 'fresh')
}

/** What a domain adaptation does without its adapting part: same network, optimizer and target, so that the target's accuracy is
 *  measured in the same way. */
function sourceOnly(plans: readonly ArmPlan[]): Candidate {
  const adapting = plans.find(({ arm }) => ADAPTING.includes(arm.strategy))
  if (adapting === undefined) return { reason: 'No arm adapts to a second domain.' }
  const patch = SOURCE_ONLY[adapting.arm.strategy]
  if (patch === undefined) return { reason: `${adapting.arm.label} has no form without adaptation.` }
  return { arm: { label: 'Source only', patch: { ...adapting.arm.patch, ...patch }, baseline: 'source-only' } }
}

const SOURCE_ONLY: Readonly<Record<string, Record<string, unknown>>> = {}
