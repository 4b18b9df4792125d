import type { TorchActivation, TorchNetwork } from './torch-network.ts'

export interface SqueezeExcite {
  /** Modules of the two convolutions. */
  reduce: string
  expand: string
  activation: TorchActivation
  gate: 'sigmoid' | 'hard_sigmoid'
}

/** Scales each channel by a gate that is computed from all channels' means. Hu et al. 2017, arXiv 1709.01507. */
export function addSqueezeExcite(torch: TorchNetwork, name: string, options: SqueezeExcite): string {
  const input = torch.last()
  torch.layer(`${name}.pool`, 'GlobalAveragePooling2D', { keepdims: true })
  torch.conv(options.reduce)
  torch.activation(`${name}.act`, options.activation)
  torch.conv(options.expand)
  const gate = torch.activation(`${name}.gate`, options.gate)
  return torch.layer(`${name}.scale`, 'Multiply', {}, [input, gate])
}
