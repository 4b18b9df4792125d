import type { LayerFacts, Network } from '@contract/network.ts'

/** stem -> block0 (with a skip) -> block1 -> head -> output, as the resolved plan of a small residual network has it. */
export function residualNetwork(heads = ['head_label']): { network: Network; facts: LayerFacts[] } {
  const rows: [string, string, string, string[], number][] = [
    ['input', 'InputLayer', 'stem', [], 0],
    ['stem_conv', 'Conv2D', 'stem', ['input'], 100],
    ['stem_relu', 'ReLU', 'stem', ['stem_conv'], 0],
    ['block0_conv1', 'Conv2D', 'block0', ['stem_relu'], 200],
    ['block0_relu', 'ReLU', 'block0', ['block0_conv1'], 0],
    ['block0_conv2', 'Conv2D', 'block0', ['block0_relu'], 200],
    ['block0_add', 'Add', 'block0', ['block0_conv2', 'stem_relu'], 0],
    ['block1_conv', 'Conv2D', 'block1', ['block0_add'], 400],
    ['block1_bn', 'BatchNormalization', 'block1', ['block1_conv'], 16],
    ['pool', 'GlobalAveragePooling2D', 'head', ['block1_bn'], 0],
    ...heads.map((name): [string, string, string, string[], number] => [name, 'Dense', 'output', ['pool'], 50]),
  ]
  const network = {
    name: 'residual',
    blocks: ['stem', 'block0', 'block1', 'head', 'output'].map((name) => ({ name, label: name })),
    layers: rows.map(([name, type, block, inputs]) => ({ name, type, block, inputs, config: {} })),
    outputs: heads,
    features: 'pool',
  } as Network
  const facts = rows.map(([name, , , , parameters]) => ({
    name,
    outputShape: name.startsWith('head') ? [3] : name === 'pool' ? [8] : [16, 16, 8],
    parameters,
    trainableParameters: parameters,
    multiplyAdds: parameters,
  }))
  return { network, facts }
}
