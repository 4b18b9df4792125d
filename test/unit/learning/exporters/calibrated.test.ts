import { expect, it } from 'vitest'
import type { Calibration } from '../../../../src-main/contract/precision.ts'
import type { ExportModel } from '../../../../src-main/learning/exporters/exporter.ts'
import { pixelInput } from '../../../../src-main/learning/exporters/pixel-input.ts'
import { activationQuantization } from '../../../../src-main/learning/exporters/quantization/quantization.ts'
import { withRunRanges } from '../../../../src-main/learning/exporters/quantization/calibrated.ts'
import { chain, chainModel } from '../../../support/layer-chains.ts'

const range = (name: string, low: number, high: number) => ({ name, low, high, smallest: low - 1, largest: high + 1 })

function trainedIn(precision: 'int8' | 'bfloat16', calibration: Calibration | null): ExportModel {
  const model = chainModel(chain([['Conv2D', { filters: 3, kernel_size: 1 }]]))
  return { ...model, features: { precision, layer: 'layer0', isTrainedLater: false, agreement: null, features: null, calibration } } // prettier-ignore
}

const CALIBRATION = { method: 'by hand', images: 3, ranges: [range('input', -1, 2), range('layer0', 0, 4), range('gone', 0, 1)] } // prettier-ignore
const SEEN = new Map([
  ['input', { min: -7, max: 7 }],
  ['layer0', { min: -7, max: 7 }],
  ['head', { min: -7, max: 7 }],
])

it('ranges of the run stand for those that were seen, and for no value that is not there', () => {
  const ranges = withRunRanges(SEEN, trainedIn('int8', CALIBRATION))
  expect([...ranges]).toEqual([
    ['input', { min: -1, max: 2 }],
    ['layer0', { min: 0, max: 4 }],
    ['head', { min: -7, max: 7 }],
  ])
  // The same steps as the frozen part has: 255 from 0 to 4, of uint8 the first is 0.
  expect(activationQuantization(ranges.get('layer0')!)).toEqual({ scales: [Math.fround(4 / 255)], zeroPoints: [-128] })
})

it('without a calibration of the run, what was seen stays', () => {
  for (const model of [trainedIn('bfloat16', null), chainModel(chain([]))]) {
    expect([...withRunRanges(SEEN, model)]).toEqual([...SEEN])
  }
})

it('of pixels the range of the input is that of what prepares them', () => {
  const { network, ...model } = trainedIn('int8', CALIBRATION)
  // As many channels as the preparation says.
  const [input, ...layers] = network.layers
  const three = { ...network, layers: [{ ...input!, config: { shape: [5, 6, 3] } }, ...layers] }
  const ofPixels = pixelInput({ ...model, network: three })
  const ranges = withRunRanges(new Map([...SEEN, ['input', { min: 0, max: 255 }], ['preparation', { min: -3, max: 3 }]]), ofPixels) // prettier-ignore
  expect([ranges.get('input'), ranges.get('preparation')]).toEqual([{ min: 0, max: 255 }, { min: -1, max: 2 }]) // prettier-ignore
})
