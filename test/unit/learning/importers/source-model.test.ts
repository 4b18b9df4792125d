import { describe, expect, it } from 'vitest'
import { flattenModel } from '../../../../src-main/learning/importers/keras/flatten-model.ts'
import type { FlatModel } from '../../../../src-main/learning/importers/keras/flatten-model.ts'
import { readSourceModel } from '../../../../src-main/learning/importers/keras/source-model.ts'

const relu = (name: string, ...inputs: string[]): object => ({
  class_name: 'ReLU',
  name,
  config: { name },
  inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
})
const input = (name: string): object => ({
  class_name: 'InputLayer',
  name,
  config: { batch_input_shape: [null, 4, 4, 3], name },
  inbound_nodes: [],
})
const functional = (name: string, layers: object[], ends: [string, string]): Record<string, unknown> => ({
  class_name: 'Model',
  config: { name, layers, input_layers: [[ends[0], 0, 0]], output_layers: [[ends[1], 0, 0]] },
})

const flat = (described: unknown): FlatModel => flattenModel(readSourceModel(described))
const lines = ({ layers }: FlatModel): string[] => layers.map(({ title, inputs, within }) => `${[...within, title].join('/')} <- ${inputs.map((at) => layers[at as number]!.title).join(', ')}`) // prettier-ignore

describe('models as Keras describes them', () => {
  it('sequential of Keras 2.0: a list, the shape with the first layer', () => {
    const first = { class_name: 'ReLU', config: { name: 'a', batch_input_shape: [null, 4, 4, 3] } }
    const model = flat({ class_name: 'Sequential', config: [first, relu('b')] })
    expect(lines(model)).toEqual(['input <- ', 'a <- input', 'b <- a'])
    expect(model.layers[0]!.config).toEqual({ batch_shape: [null, 4, 4, 3] })
  })

  it('sequential with the shape that it was built with, or of the model inside', () => {
    const built = flat({
      class_name: 'Sequential',
      config: { name: 's', layers: [relu('a')], build_input_shape: [null, 5, 5, 3] },
    })
    expect(built.layers[0]!.config).toEqual({ batch_shape: [null, 5, 5, 3] })
    const inner = { ...functional('base', [input('i'), relu('a', 'i')], ['i', 'a']), name: 'base' }
    const outer = flat({ class_name: 'Sequential', config: { name: 's', layers: [inner, relu('b')] } })
    expect(outer.layers[0]!.config).toEqual({ batch_shape: [null, 4, 4, 3] })
    expect(lines(outer)).toEqual(['input <- ', 'base/a <- input', 'b <- a'])
  })

  it('layers in any order, a model in the middle', () => {
    const inner = {
      ...functional('base', [input('i'), relu('p', 'i'), relu('q', 'p', 'i')], ['i', 'q']),
      name: 'base',
      inbound_nodes: [[['x', 0, 0, {}]]],
    }
    const model = flat(functional('m', [relu('z', 'base', 'x'), inner, relu('x', 'in'), input('in')], ['in', 'z']))
    expect(lines(model)).toEqual(['in <- ', 'x <- in', 'base/p <- x', 'base/q <- p, x', 'z <- q, x'])
    expect(model.outputs).toEqual([4])
  })

  it("count Keras 3's paths within each model, whatever the names are", () => {
    const inner = {
      ...functional('base', [input('i'), relu('p', 'i'), relu('q', 'p')], ['i', 'q']),
      class_name: 'Functional',
      name: 'base',
      inbound_nodes: [[['x', 0, 0, {}]]],
    }
    const model = flat(functional('m', [input('in'), relu('x', 'in'), inner, relu('z', 'base')], ['in', 'z']))
    const paths = model.layers.slice(1).map(({ kerasPath }) => kerasPath)
    expect(paths).toEqual([
      'layers/re_lu',
      'layers/functional/layers/re_lu',
      'layers/functional/layers/re_lu_1',
      'layers/re_lu_1',
    ])
  })

  it('a second input layer and a layer without inputs are told by name', () => {
    expect(() => flat(functional('m', [input('in'), input('other'), relu('x', 'in', 'other')], ['in', 'x']))).toThrow(
      /other/,
    )
    expect(() => flat(functional('m', [input('in'), relu('x')], ['in', 'x']))).toThrow(
      'Layer x (ReLU) is connected to nothing',
    )
  })
})
