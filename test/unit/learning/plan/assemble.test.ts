import { describe, expect, it } from 'vitest'
import { type Network, NewLayer } from '../../../../src-main/contract/network.ts'
import { inferNetwork } from '../../../../src-main/learning/network/infer.ts'
import { networkBuilder } from '../../../../src-main/learning/network/network-builder.ts'
import { assemble } from '../../../../src-main/learning/plan/assemble.ts'
import type { ResolvedHead } from '../../../../src-main/learning/plan/plan-heads.ts'

/** Two convolutions whose outputs are summed, a third, a pooling, and a classifier of its own. */
function base(): Network {
  const net = networkBuilder('base', [8, 8, 3])
  const convolution = (name: string, filters: number, inputs?: string[]) =>
    net.add(name, 'Conv2D', { filters, kernel_size: 3, padding: 'same' }, inputs)
  net.block('low', 'Low')
  convolution('first', 4)
  net.add('first_bn', 'BatchNormalization')
  net.block('middle', 'Middle')
  convolution('second', 4)
  net.add('sum', 'Add', {}, ['first_bn', 'second'])
  net.block('high', 'High')
  convolution('third', 6)
  net.add('pool', 'GlobalAveragePooling2D')
  net.block('top', 'Classifier')
  net.add('answer', 'Dense', { units: 5 })
  return net.finish('pool')
}

const NOTHING = { cut: undefined, replace: [], newLayers: [] }
const namesOf = (network: Network) => network.layers.map(({ name }) => name)
const inputsOf = (network: Network, layer: string) => network.layers.find(({ name }) => name === layer)!.inputs
const configOf = (network: Network, layer: string) => network.layers.find(({ name }) => name === layer)!.config
const convolution = (filters: number) => NewLayer.parse({ type: 'convolution', filters })
const dense = (units: number) => NewLayer.parse({ type: 'dense', units })

function head(name: string, type: 'classification' | 'regression' = 'classification', classes = ['a', 'b']) {
  return { head: { name, column: name, type, classes }, weight: 1, layer: `head_${name}` } satisfies ResolvedHead
}

describe('the part of the base that is kept', () => {
  it('ends at its features; what only its own classifier needs is left out', () => {
    const { network, added, problems } = assemble(base(), NOTHING, [])
    expect(namesOf(network)).toEqual(['input', 'first', 'first_bn', 'second', 'sum', 'third', 'pool'])
    expect(network.blocks.map(({ name }) => name)).toEqual(['input', 'low', 'middle', 'high'])
    expect(network).toMatchObject({ name: 'base', outputs: ['pool'], features: 'pool' })
    expect([...added]).toEqual([])
    expect(problems).toEqual([])
  })

  it('ends at the layer that the cut names, or at the last one of its block', () => {
    const at = (cut: string) => assemble(base(), { ...NOTHING, cut }, []).network
    expect(namesOf(at('second'))).toEqual(['input', 'first', 'first_bn', 'second'])
    expect(at('second')).toMatchObject({ outputs: ['second'], features: 'second' })
    expect(at('middle')).toMatchObject({ outputs: ['sum'], features: 'sum' })
    expect(at('first').blocks.map(({ name }) => name)).toEqual(['input', 'low'])
    expect(namesOf(at('top')).at(-1)).toBe('answer')
  })

  it('is told where the cut is unknown, and ends at the features', () => {
    const { network, problems } = assemble(base(), { ...NOTHING, cut: 'thirdd' }, [])
    expect(network.features).toBe('pool')
    expect(problems).toEqual([
      {
        level: 'block',
        code: 'unknown-layer',
        message: '`cut`: the base has no layer or block "thirdd" to end at. Nearest: third.',
        fix: { title: 'Cut at third', patch: { cut: 'third' } },
      },
    ])
  })

  it('does not end at the input, and offers the features where no name is near', () => {
    const { network, problems } = assemble(base(), { ...NOTHING, cut: 'input' }, [])
    expect(network.features).toBe('pool')
    expect(problems[0]?.fix).toEqual({ title: 'Cut at pool', patch: { cut: 'pool' } })
  })
})

describe('a replaced layer', () => {
  it('gives its place, its block and its readers to the new ones', () => {
    const replace = [{ layer: 'second', with: convolution(4) }]
    const { network, added, problems } = assemble(base(), { ...NOTHING, replace }, [])
    expect(namesOf(network)).toEqual(
      ['input', 'first', 'first_bn', 'second_new_conv', 'second_new_activation', 'sum', 'third', 'pool'], // prettier-ignore
    )
    expect(inputsOf(network, 'second_new_conv')).toEqual(['first_bn'])
    expect(inputsOf(network, 'sum')).toEqual(['first_bn', 'second_new_activation'])
    expect(network.layers.filter(({ block }) => block === 'middle')).toHaveLength(3)
    expect([...added]).toEqual(['second_new_conv', 'second_new_activation'])
    expect(problems).toEqual([])
  })

  it('is still where a cut by its old name ends', () => {
    const everything = NewLayer.parse({ type: 'convolution', filters: 4, batchNorm: true, dropout: 0.5 })
    const replace = [{ layer: 'second', with: everything }]
    const { network } = assemble(base(), { ...NOTHING, replace, cut: 'second' }, [])
    expect(network.features).toBe('second_new_dropout')
  })

  it('may be the features or the output; a dense layer after a map is pooled before', () => {
    const features = assemble(base(), { ...NOTHING, replace: [{ layer: 'pool', with: dense(7) }] }, []).network
    expect(namesOf(features).slice(-3)).toEqual(['pool_new_pool', 'pool_new_dense', 'pool_new_activation'])
    expect(features.features).toBe('pool_new_activation')
    const output = assemble(base(), { ...NOTHING, replace: [{ layer: 'answer', with: dense(7) }], cut: 'answer' }, [])
    expect(output.problems).toEqual([])
    expect(namesOf(output.network).slice(-3)).toEqual(['pool', 'answer_new_dense', 'answer_new_activation'])
  })

  it('may be one of several; one that does not fit stays, the others are replaced', () => {
    const [good, wrong, last] = [
      { layer: 'first', with: convolution(4) },
      { layer: 'second', with: convolution(5) },
      { layer: 'third', with: convolution(9) },
    ]
    const spec = { ...NOTHING, replace: [good, wrong, last] }
    const { network, added, problems } = assemble(base(), spec, [])
    expect(namesOf(network)).toContain('second')
    expect([...added]).toEqual(['first_new_conv', 'first_new_activation', 'third_new_conv', 'third_new_activation'])
    expect(problems.map(({ level, code, fix }) => ({ level, code, fix }))).toEqual([
      { level: 'block', code: 'replace', fix: { title: 'Keep second as it is', patch: { replace: [good, last] } } },
    ])
    expect(problems[0]!.message).toMatch(/^Layer "sum" \(Add\) expected /)
    expect(assemble(base(), { ...spec, cut: 'first' }, []).network.features).toBe('first_new_activation')
  })

  it.each([
    ['sum', 'The layer "sum" cannot be replaced. Only layers with one input can be replaced.'],
    ['input', 'The layer "input" cannot be replaced. Only layers with one input can be replaced.'],
    ['thrid', 'The layer "thrid" cannot be replaced. Nearest: third.'],
    ['elsewhere', 'The layer "elsewhere" cannot be replaced. Nearest: none.'],
    ['firs', 'The layer "firs" cannot be replaced. Nearest: first.'],
  ])('%s is refused', (layer, message) => {
    const { problems, added } = assemble(base(), { ...NOTHING, replace: [{ layer, with: convolution(4) }] }, [])
    expect(problems.map((problem) => problem.message)).toEqual([message])
    expect(added.size).toBe(0)
  })
})

describe('new layers', () => {
  it('follow the cut, numbered, in a block of their own', () => {
    const { network, added, problems } = assemble(
      base(),
      { ...NOTHING, cut: 'sum', newLayers: [convolution(2), dense(3)] },
      [],
    )
    const names = ['new1_conv', 'new1_activation', 'new2_pool', 'new2_dense', 'new2_activation']
    expect(namesOf(network).slice(-5)).toEqual(names)
    expect(inputsOf(network, 'new1_conv')).toEqual(['sum'])
    expect(network).toMatchObject({ outputs: ['new2_activation'], features: 'new2_activation' })
    expect(network.blocks.at(-1)).toEqual({ name: 'new', label: 'New layers' })
    expect([...added]).toEqual(names)
    expect(problems).toEqual([])
  })

  it('go on counting where the base has new layers of an earlier run', () => {
    const once = assemble(base(), { ...NOTHING, newLayers: [dense(3), dense(4)] }, []).network
    const twice = assemble(once, { ...NOTHING, newLayers: [dense(5)] }, []).network
    expect(namesOf(twice).slice(-2)).toEqual(['new3_dense', 'new3_activation'])
    expect(twice.blocks.slice(-2).map(({ name }) => name)).toEqual(['new', 'new2'])
    expect(twice.layers.at(-1)!.block).toBe('new2')
    const many = networkBuilder('many', [4])
    many.add('new12_dense', 'Dense', { units: 2 })
    const thirteenth = assemble(many.finish('new12_dense'), { ...NOTHING, newLayers: [dense(5)] }, []).network
    expect(namesOf(thirteenth)[2]).toBe('new13_dense')
    // Names that only begin like a new layer's do not count.
    const renamed = networkBuilder('other', [4])
    renamed.add('renew7_dense', 'Dense', { units: 2 })
    const after = assemble(renamed.finish('renew7_dense'), { ...NOTHING, newLayers: [dense(5)] }, []).network
    expect(namesOf(after)[2]).toBe('new1_dense')
  })

  it('refuses a convolution after a vector, and takes the others', () => {
    const newLayers = [dense(3), convolution(2), dense(4)]
    const { network, problems } = assemble(base(), { ...NOTHING, newLayers }, [])
    expect(namesOf(network).slice(-4)).toEqual(['new1_dense', 'new1_activation', 'new2_dense', 'new2_activation'])
    expect(inputsOf(network, 'new2_dense')).toEqual(['new1_activation'])
    expect(problems).toEqual([
      {
        level: 'block',
        code: 'new-layer-shape',
        message: expect.stringMatching(/^New layer 2 is a convolution, but "new1_activation" gives a vector/) as string,
        fix: { title: 'Remove this convolution', patch: { newLayers: [dense(3), dense(4)] } },
      },
    ])
  })
})

describe('heads', () => {
  it('read the features: one output each, a unit per class or one for a number', () => {
    const heads = [head('kind', 'classification', ['a', 'b', 'c']), head('size', 'regression', [])]
    const { network, added } = assemble(base(), NOTHING, heads)
    expect(network.outputs).toEqual(['head_kind', 'head_size'])
    expect(network.features).toBe('pool')
    expect([configOf(network, 'head_kind'), configOf(network, 'head_size')]).toEqual([{ units: 3 }, { units: 1 }])
    expect([inputsOf(network, 'head_kind'), inputsOf(network, 'head_size')]).toEqual([['pool'], ['pool']])
    expect(network.blocks.at(-1)).toEqual({ name: 'output', label: 'Output' })
    expect([...added]).toEqual(['head_kind', 'head_size'])
  })

  it('are drawn with one unit while no class is known', () => {
    expect(configOf(assemble(base(), NOTHING, [head('kind', 'classification', [])]).network, 'head_kind')).toEqual({
      units: 1,
    })
  })

  it('pool a map first, once for all', () => {
    const { network, added } = assemble(base(), { ...NOTHING, cut: 'middle' }, [head('a'), head('b')])
    expect(namesOf(network).slice(-4)).toEqual(['sum', 'output_pool', 'head_a', 'head_b'])
    expect(network).toMatchObject({ features: 'output_pool', outputs: ['head_a', 'head_b'] })
    expect(inputsOf(network, 'output_pool')).toEqual(['sum'])
    expect(inputsOf(network, 'head_b')).toEqual(['output_pool'])
    expect(added.has('output_pool')).toBe(true)
    expect(inferNetwork(network).shapes.get('head_b')).toEqual([2])
  })

  it('take names that a base with heads of its own leaves free', () => {
    const once = assemble(base(), { ...NOTHING, cut: 'middle' }, [head('a')]).network
    const twice = assemble({ ...once, features: 'head_a' }, NOTHING, [head('a')]).network
    expect(twice.outputs).toEqual(['head_a2'])
    expect(twice.blocks.slice(-2).map(({ name }) => name)).toEqual(['output', 'output2'])
    const thrice = assemble({ ...twice, features: 'head_a2' }, NOTHING, [head('a')]).network
    expect(thrice.outputs).toEqual(['head_a3'])
    const map = networkBuilder('map', [4, 4, 1])
    map.add('output_pool', 'MaxPooling2D')
    const pooled = assemble(map.finish('output_pool'), NOTHING, [head('a')]).network
    expect(namesOf(pooled)).toEqual(['input', 'output_pool', 'output_pool2', 'head_a'])
  })
})

it('the base itself is not changed', () => {
  const given = base()
  const replace = [{ layer: 'second', with: convolution(4) }]
  assemble(given, { cut: 'middle', replace, newLayers: [dense(3)] }, [head('a')])
  expect(given).toEqual(base())
})
