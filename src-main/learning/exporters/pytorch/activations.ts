import type { ActivationName } from '../../network/layer-configs/arguments.ts'

type Written = (x: string, isImage: boolean) => string

const applied =
  (name: string, more = ''): Written =>
  (x) =>
    `${name}(${x}${more})`

const ACTIVATIONS: Readonly<Record<ActivationName, Written>> = {
  linear: (x) => x,
  relu: applied('F.relu'),
  relu6: applied('F.relu6'),
  tanh: applied('torch.tanh'),
  sigmoid: applied('torch.sigmoid'),
  gelu: applied('F.gelu'),
  silu: applied('F.silu'),
  softmax: (x, isImage) => `F.softmax(${x}, dim=${isImage ? 1 : -1})`,
  gelu_tanh: applied('F.gelu', ', approximate="tanh"'),
  hard_sigmoid: applied('F.hardsigmoid'),
  hard_silu: applied('F.hardswish'),
  leaky_relu: applied('F.leaky_relu', ', 0.2'),
  elu: applied('F.elu'),
  selu: applied('F.selu'),
  softplus: applied('F.softplus'),
}

/** An activation by Keras' name, of an expression. */
export const activated = (name: ActivationName, x: string, isImage: boolean): string => ACTIVATIONS[name](x, isImage)
