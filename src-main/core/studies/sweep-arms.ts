import type { PlanProblem } from '../../contract/models.ts'
import type { StudyArm, StudySpec } from '../../contract/studies.ts'
import type { App } from '../session/app.ts'
import { planSpec } from '../planning/plan-spec.ts'
import type { Workspace } from '../session/workspace.ts'
import { armSpec } from './plan-arm.ts'

/** One arm per block of the base that holds weights: frozen up to it (from nothing to everything), or cut behind it with all before
 *  it frozen. */
export function sweepArms(
  app: App,
  workspace: Workspace,
  study: StudySpec,
): { arms: StudyArm[]; problems: PlanProblem[] } {
  const everything = { freeze: null, train: { all: true }, reuse: null, strategy: { type: 'fine-tuning' } }
  const place = { seed: study.seeds[0] ?? 1, labels: null }
  const { plan } = planSpec(app, workspace, armSpec(study, everything, place))
  const reused = new Set(
    plan.facts
      .filter(({ name, parameters }) => parameters > 0 && plan.states[name] === 'trained')
      .map(({ name }) => plan.network.layers.find((layer) => layer.name === name)?.block),
  )
  const blocks = plan.network.blocks.filter(({ name }) => reused.has(name))
  if (blocks.length === 0) return { arms: [], problems: [NOTHING_REUSED] }
  const arms = study.sweep === 'cut' ? cuts(blocks) : freezes(blocks, study.base.strategy.type)
  return { arms, problems: [] }
}

const NOTHING_REUSED: PlanProblem = {
  level: 'block',
  code: 'sweep',
  message: 'A freeze sweep needs a base whose weights are reused. Received: a network with fresh weights.',
  fix: null,
}

type Block = { readonly name: string; readonly label: string }

/** Feature extraction freezes everything by itself, so it gives way to fine-tuning, which keeps to the plan. */
function freezes(blocks: readonly Block[], strategy: string): StudyArm[] {
  const plain = {
    reuse: null,
    cut: null,
    ...(strategy === 'feature-extraction' ? { strategy: { type: 'fine-tuning' } } : {}),
  }
  const nothing = { label: 'Nothing frozen', patch: { ...plain, freeze: null, train: { all: true } } }
  const upTo = blocks.map(({ name, label }, place) => ({
    label: place === blocks.length - 1 ? `All frozen (up to ${label})` : `Frozen up to ${label}`,
    patch: { ...plain, train: null, freeze: { upTo: name } },
  }))
  return [nothing, ...upTo]
}

function cuts(blocks: readonly Block[]): StudyArm[] {
  const strategy = { type: 'feature-extraction' }
  return blocks.map(({ name, label }) => ({
    label: `Cut after ${label}`,
    patch: { reuse: null, train: null, freeze: { all: true }, cut: name, strategy },
  }))
}
