import type { ExportModel } from '../exporter.ts'
import { forwardLines } from './forward-lines.ts'
import { byBlock } from './by-block.ts'
import { endsOf } from './ends.ts'
import { HELPERS, type HelperName } from './helpers.ts'
import { text } from './python.ts'
import { isImage } from './torch-layer.ts'
import type { Translated } from './translate.ts'

/** Text of model.py: an attribute for each layer that has something to keep, and a line for each layer, in their order. */
export function modelProgram(model: ExportModel, layers: readonly Translated[]): string {
  const needed = new Set(layers.flatMap(({ torch }) => torch.helper ?? []))
  const classes = (Object.keys(HELPERS) as HelperName[]).filter((name) => needed.has(name)).map((name) => HELPERS[name])
  const title = model.network.name.replace(/["\\\r\n]/g, ' ')
  const head = [
    `"""${title}, written by Graft. load(folder) gives it with its weights, which are in model.safetensors."""`,
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
    """The trained model, ready to predict. model.train() makes it ready to be trained further."""
    model = Model()
    model.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return model.eval()`

function modelClass(model: ExportModel, all: readonly Translated[]): string {
  const ends = endsOf(model, all)
  const layers = all.filter(({ layer }) => !ends.some(({ softmax }) => softmax === layer.name))
  const attributes = byBlock(model, layers, ({ identifier, torch }) => [
    ...(torch.module === undefined ? [] : [`self.${identifier} = ${torch.module}`]),
    ...(torch.frozen ?? []).map((name) => `self.${identifier}.${name}.requires_grad_(False)`),
  ])
  const hasLogits = ends.some(({ softmax }) => softmax !== null)
  const computed = [
    ...(model.takesPixels ? ['        x = x.float()'] : []),
    ...forwardLines(model, layers, ends.map(({ before }) => before)), // prettier-ignore
  ]
  return [
    'class Model(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    ...attributes,
    '',
    `    def ${hasLogits ? 'logits' : 'forward'}(self, x):`,
    `        """${inputText(model)}${hasLogits ? ' Gives logits, before the softmax.' : ''}"""`,
    ...computed,
    ...(hasLogits ? ['', '    def forward(self, x):', ...probabilities(model, ends.map(({ softmax }) => softmax !== null))] : []), // prettier-ignore
  ].join('\n')
}

/** The softmax of heads of classes, behind what they are trained by. */
function probabilities({ heads }: ExportModel, isClassification: readonly boolean[]): string[] {
  const words = '        """The same, as probabilities of each class."""'
  if (heads.length === 1) return [words, '        return self.logits(x).softmax(-1)']
  const values = heads.map(({ name }, head) => `${text(name)}: outputs[${text(name)}]${isClassification[head] ? '.softmax(-1)' : ''}`) // prettier-ignore
  return [words, '        outputs = self.logits(x)', `        return {${values.join(', ')}}`]
}

function inputText({ network, takesPixels, heads }: ExportModel): string {
  const shape = network.layers[0]!.config['shape'] as number[]
  const sizes = isImage(shape) ? [shape[2], shape[0], shape[1]] : shape
  const what = takesPixels ? 'pixels, 0 to 255' : 'prepared as preprocessing.json says'
  return `x: (batch, ${sizes.join(', ')}), ${what}.${heads.length > 1 ? ' One output for each head, by its name.' : ''}`
}
