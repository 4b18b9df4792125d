import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { h5Importer } from '../../../../src-main/learning/importers/h5.ts'
import type { ImportedModel } from '../../../../src-main/learning/importers/importer.ts'
import { adaptedTo } from '../../../../src-main/learning/importers/keras/adapt-application.ts'
import { applications, describeApplication } from '../../../../src-main/learning/importers/keras/applications.ts'
import { flattenModel } from '../../../../src-main/learning/importers/keras/flatten-model.ts'
import type { FlatLayer } from '../../../../src-main/learning/importers/keras/flatten-model.ts'
import { matchedGroups } from '../../../../src-main/learning/importers/keras/matched-groups.ts'
import { namedVariables } from '../../../../src-main/learning/importers/keras/named-variables.ts'
import type { FindVariable, KerasVariable } from '../../../../src-main/learning/importers/keras/rule.ts'
import { readSourceModel } from '../../../../src-main/learning/importers/keras/source-model.ts'
import { unpackWeights } from '../../../support/packed-weights.ts'

const folder = unpackWeights()

function read(file: string, family: string | null = null, inputSize: number | null = 32): Promise<ImportedModel> {
  return h5Importer.read({ path: join(folder, file), family, inputSize })
}

describe('a file of Keras that holds weights alone', () => {
  it('is recognised by them, with the number of its classes and its width', async () => {
    const { family, format, preprocessing, problems, weights } = await read('whole.weights.h5')
    expect([family, format]).toEqual(['mobilenet', 'Keras 3, weights alone'])
    expect(preprocessing).toMatchObject({ height: 32, mean: [0.5, 0.5, 0.5] })
    expect(weights.get('conv_preds/kernel')!.shape).toEqual([1, 1, 256, 4])
    expect(problems).toEqual(['The file holds weights alone: they fit mobilenet of Keras Applications.'])
  })

  it('of a network without its classifier ends in pooled features, and says so', async () => {
    const { network, problems } = await read('without.h5')
    expect([network.outputs, network.features]).toEqual([['avg_pool'], 'avg_pool'])
    expect(problems).toContainEqual(expect.stringContaining('without its classifier'))
  })

  it('takes the usual size of the family where none is asked for', async () => {
    const { network } = await read('without.weights.h5', 'MobileNet', null)
    expect(network.layers[0]!.config).toEqual({ shape: [224, 224, 3] })
  })

  it.each([
    ['vgg16', 'Expected weights of 16 layers of vgg16 (without its classifier 13). Received: 55.'],
    ['resnet9', 'no network of Keras Applications that is called resnet9'],
    ['mobilenetv2', 'layers of mobilenetv2'],
  ])('is held against the family that is named: %s', async (family, message) => {
    const fault = { code: 'E_MODEL_UNSUPPORTED', message: expect.stringContaining(message) as string }
    await expect(read('whole.h5', family)).rejects.toMatchObject(fault)
  })
})

describe('networks of Keras Applications', () => {
  it('are 40, each whole and without its classifier', () => {
    expect(applications()).toHaveLength(40)
    for (const application of applications()) {
      const [whole, part] = [true, false].map((isWhole) => flattenModel(readSourceModel(describeApplication(application, isWhole)))) // prettier-ignore
      expect([whole!.outputs.length, part!.outputs.length], application.family).toEqual([1, 1])
      expect(part!.layers.length, application.family).toBeLessThanOrEqual(whole!.layers.length)
      expect(part!.layers.length, application.family).toBeGreaterThan(whole!.layers.length * 0.6)
    }
  })

  it('count a model inside as one layer with weights', () => {
    const convnext = applications().find(({ family }) => family === 'convnexttiny')!
    expect(convnext.layers.filter(([className]) => className === 'Sequential')).toHaveLength(4)
  })

  it('EfficientNet divides by the roots of deviations once more where its weights hold them as variances', () => {
    const application = applications().find(({ family }) => family === 'efficientnetb0')!
    const kindWith = (variance: number[]): string => {
      const find: FindVariable = (_layer, names) => (names[0] === 'variance' ? variable(variance) : null)
      const model = adaptedTo(flattenModel(readSourceModel(describeApplication(application, true))), find, { hasWidths: false, isWhole: true }) // prettier-ignore
      return model.layers.find(({ title }) => title === 'rescaling_1')!.className
    }
    expect(kindWith([0.229, 0.224, 0.225])).toBe('Rescaling')
    expect(kindWith([1, 1, 1])).toBe('Identity')
  })
})

function variable(values: number[]): KerasVariable {
  return { shape: [values.length], read: () => Float32Array.from(values) }
}

describe('groups of weights', () => {
  const layer = (title: string): FlatLayer => ({ title, className: 'Conv2D', config: {}, within: [], kerasPath: '', inputs: [] }) // prettier-ignore
  const group = (name: string, names: string[], first: number) =>
    [name, names.map((own, place) => ({ name: own, variable: () => variable([first + place]) }))] as const
  const numbers = (find: FindVariable, title: string): (number | undefined)[] =>
    [['kernel'], ['bias']].map((names, index) => find(layer(title), names, index)?.read()[0])

  it('are found by place among names that Keras counted through a session', () => {
    const groups = new Map([
      group('conv2d_12', ['conv2d_12/kernel'], 12),
      group('conv2d_9', ['conv2d_9/kernel'], 9),
      group('conv2d_10', ['conv2d_10/kernel'], 10),
    ])
    const titles = ['conv2d', 'conv2d_1', 'conv2d_10']
    const find = matchedGroups(groups, titles.map(layer))
    expect(titles.map((title) => numbers(find, title)[0])).toEqual([9, 10, 12])
  })

  it('hold weights by name, or by place where Keras 1 named them', () => {
    const groups = new Map([
      group('first', ['first/bias', 'first/kernel'], 1),
      group('second', ['second_W_1', 'second_b_1'], 3),
      group('third', ['third/kernel'], 5),
    ])
    const find = matchedGroups(groups, ['first', 'second', 'third'].map(layer))
    expect(['first', 'second', 'third'].map((title) => numbers(find, title))).toEqual([[2, 1], [3, 4], [5, undefined]]) // prettier-ignore
  })

  it('have the names of Keras 2 or 3, and are one for a model inside', () => {
    const groups = new Map([
      group('Conv/BatchNorm', ['Conv/BatchNorm/kernel', 'Conv/BatchNorm/bias'], 1),
      group('stem', ['stem_conv/kernel', 'stem_norm/kernel'], 3),
      group('scale', ['scale/variable'], 5),
    ])
    const inner = { ...layer('stem_norm'), within: ['stem'] }
    const find = matchedGroups(groups, [layer('conv_bn'), { ...layer('stem_conv'), within: ['stem'] }, inner, layer('scale')]) // prettier-ignore
    expect(numbers(find, 'conv_bn')).toEqual([1, 2])
    expect(find(inner, ['kernel'], 0)!.read()[0]).toBe(4)
    expect(find(inner, ['bias'], 1)).toBe(null)
    expect(numbers(find, 'scale')).toEqual([5, undefined])
    const whole = namedVariables(groups)
    expect(numbers(whole, 'scale')).toEqual([5, undefined])
  })

  it('are not taken for a layer of another name where more than one is left', () => {
    const groups = new Map([group('res2a_branch1', ['x/kernel'], 1), group('res2a_branch2a', ['y/kernel'], 2)])
    const find = matchedGroups(groups, ['conv2_block1_0_conv', 'conv2_block1_1_conv'].map(layer))
    expect(numbers(find, 'conv2_block1_0_conv')).toEqual([undefined, undefined])
    const one = matchedGroups(new Map([group('layer_normalization', ['a/kernel'], 7)]), [layer('head_layernorm')])
    expect(numbers(one, 'head_layernorm')[0]).toBe(7)
  })
})
