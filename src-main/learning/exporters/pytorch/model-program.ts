import type { ExportModel } from '../exporter.ts'
import { HELPERS, type HelperName } from './helpers.ts'
import { text } from './python.ts'
import { isImage } from './torch-layer.ts'
import type { Translated } from './translate.ts'

/** Text of model.py: one attribute a layer, one line a layer in their order. */
export function modelProgram(model: ExportModel, layers: readonly Translated[]): string {
  const helpers = new Set(layers.flatMap(({ torch }) => torch.helper ?? []))
  const classes = (Object.keys(HELPERS) as HelperName[])
    .filter((name) => helpers.has(name))
    .map((name) => HELPERS[name])
  const head = [
    `"""${model.network.name.replace(/["\\\r\n]/g, ' ')} in PyTorch, written by Graft. Its weights are in model.safetensors: load("this folder")."""`,
    '',
    'from pathlib import Path',
    '',
    'import torch',
    'import torch.nn.functional as F',
    'from safetensors.torch import load_file',
    'from torch import nn',
  ]
  return `${[head.join('\n'), ...classes, modelClass(model, layers), LOAD].join('\n\n\n')}\n`
}

const LOAD = `def load(folder="."):
    """The trained model, ready to predict; model.train() to train it further."""
    model = Model()
    model.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return model.eval()`

function modelClass(model: ExportModel, layers: readonly Translated[]): string {
  const { network, heads } = model
  const ends = network.outputs.map((output, head) => endOf(output, heads[head]?.type === 'classification', layers))
  const inner = layers.filter(({ layer }) => !ends.some(({ softmax }) => softmax === layer.name))
  const lines = [
    'class Model(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    ...byBlock(model, inner, ({ identifier, torch }) => [
      ...(torch.module === undefined ? [] : [`self.${identifier} = ${torch.module}`]),
      ...(torch.frozen ?? []).map((name) => `self.${identifier}.${name}.requires_grad_(False)`),
    ]),
    '',
    '    def logits(self, x):',
    `        """${inputText(model)} Gives ${outputText(model)}, before the softmax."""`,
    ...(model.takesPixels ? ['        x = x.float()'] : []),
    ...forward(model, inner, ends.map(({ before }) => before)), // prettier-ignore
    '',
    '    def forward(self, x):',
    '        """Probabilities of each class; numbers in standard deviations of their target, as labels.json says."""',
    '        outputs = self.logits(x)',
    `        return ${answer(model, ends.map(({ softmax }, head) => `${heads.length > 1 ? `outputs[${text(heads[head]!.name)}]` : 'outputs'}${softmax === null ? '' : '.softmax(-1)'}`))}`, // prettier-ignore
  ]
  return lines.join('\n')
}

interface End {
  /** The layer whose output is the head's before its softmax. */
  readonly before: string
  /** The softmax's layer; null: there is none, or something else reads it, too. */
  readonly softmax: string | null
}

function endOf(output: string, isClassification: boolean, layers: readonly Translated[]): End {
  const { layer } = layers.find((each) => each.layer.name === output)!
  const isRead = layers.some((each) => each.layer.inputs.includes(output))
  const isSoftmax = layer.type === 'Activation' && layer.config['activation'] === 'softmax'
  if (isClassification && isSoftmax && !isRead) return { before: layer.inputs[0]!, softmax: output }
  return { before: output, softmax: null }
}

/** A value that the next layer alone reads is `x`; others keep their layer's name. */
function forward(model: ExportModel, layers: readonly Translated[], outputs: readonly string[]): string[] {
  const [input] = model.network.layers
  const order = [input!.name, ...layers.map(({ layer }) => layer.name)]
  const variables = new Map<string, string>()
  const names = new Map(layers.map(({ layer, identifier }) => [layer.name, identifier]))
  for (const [place, name] of order.entries()) {
    const readers = layers.filter(({ layer }) => layer.inputs.includes(name))
    const isNextAlone = readers.length === 1 && readers[0] === layers[place] && !outputs.includes(name)
    variables.set(name, isNextAlone ? 'x' : (names.get(name) ?? 'image'))
  }
  const kept = variables.get(input!.name) === 'x' ? [] : [`        ${variables.get(input!.name)} = x`]
  const lines = byBlock(model, layers, ({ layer, identifier, torch }) => {
    const inputs = layer.inputs.map((name) => variables.get(name)!)
    const value = torch.call(`self.${identifier}`, ...inputs)
    const target = variables.get(layer.name)!
    return value === target ? [] : [`${target} = ${value}`]
  })
  return [...kept, ...lines, `        return ${answer(model, outputs.map((name) => variables.get(name)!))}`] // prettier-ignore
}

/** One head's value, or those of several by their names. */
function answer({ heads }: ExportModel, values: readonly string[]): string {
  if (values.length === 1) return values[0]!
  return `{${values.map((value, head) => `${text(heads[head]!.name)}: ${value}`).join(', ')}}`
}

/** Lines of each layer, those of a block below a comment with its label. */
function byBlock(model: ExportModel, layers: readonly Translated[], write: (layer: Translated) => string[]): string[] {
  const labels = new Map(model.network.blocks.map(({ name, label }) => [name, label]))
  let block: string | null = null
  return layers.flatMap((each) => {
    const lines = write(each)
    if (lines.length === 0 || each.layer.block === block) return lines.map(indented)
    block = each.layer.block
    const label = (labels.get(block) ?? block).replace(/[\r\n]/g, ' ')
    return [...(label === '' ? [] : [`# ${label}`]), ...lines].map(indented)
  })
}

const indented = (line: string): string => `        ${line}`

function inputText({ network, takesPixels }: ExportModel): string {
  const shape = network.layers[0]!.config['shape'] as number[]
  const sizes = isImage(shape) ? [shape[2], shape[0], shape[1]] : shape
  const what = takesPixels ? 'pixels 0 to 255' : 'inputs prepared as preprocessing.json says'
  return `x: (batch, ${sizes.join(', ')}), ${what}.`
}

function outputText({ heads }: ExportModel): string {
  return heads.length > 1 ? 'what each head gives, by its name' : 'what the head gives'
}
