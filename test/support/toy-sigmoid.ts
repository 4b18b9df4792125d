import type { Layer, LayerType, Network } from '../../src-main/contract/network.ts'
import type { TrainJob } from '../../src-main/contract/trainer.ts'

/** The toy with two fresh Dense layers of sigmoid units and dropout in place of its own. */
export function withSigmoidLayers(job: TrainJob): TrainJob {
  const { layers, ...rest } = job.network
  const kept = layers.filter(({ block }) => !['new', 'head'].includes(block))
  const added: Layer[] = []
  const add = (name: string, type: LayerType, config: Record<string, unknown>, block = 'new') =>
    added.push({ name, type, config, inputs: [added.at(-1)?.name ?? kept.at(-1)!.name], block })
  for (const name of ['new1', 'new2']) {
    add(`${name}_dense`, 'Dense', { units: 16 })
    add(`${name}_sigmoid`, 'Activation', { activation: 'sigmoid' })
    add(`${name}_dropout`, 'Dropout', { rate: 0.1 })
  }
  add('head_label', 'Dense', layers.at(-1)!.config, 'head')
  const network: Network = { ...rest, layers: [...kept, ...added] }
  const states = Object.fromEntries(network.layers.map(({ name }) => [name, job.states[name] ?? ('fresh' as const)]))
  return { ...job, network, states }
}
