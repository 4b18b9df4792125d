import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, expect, it } from 'vitest'
import type { ExportModel } from '../../../../src-main/learning/exporters/exporter.ts'
import { findExporter } from '../../../../src-main/learning/exporters/find-exporter.ts'
import { modelCard, preprocessingJson } from '../../../../src-main/learning/exporters/sidecars.ts'
import { readModelProto } from '../../../../src-main/learning/importers/onnx/model-proto.ts'
import { chain, chainModel } from '../../../support/layer-chains.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-features-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TOLD = {
  precision: 'int8' as const,
  layer: 'layer0',
  isTrainedLater: false,
  agreement: { samples: 9, top1: null, maxDifference: 0.5 },
  features: null,
}
const calibration = { method: 'by hand', images: 3, ranges: [] }
const plain = chainModel(chain([['Conv2D', { filters: 3, kernel_size: 1 }]]))
const model: ExportModel = { ...plain, features: { ...TOLD, calibration } }

const READ: Record<string, (target: string) => string | undefined> = {
  keras: (target) => {
    const metadata = unzipSync(readFileSync(join(target, 'model.keras')))['metadata.json']!
    return (JSON.parse(strFromU8(metadata)) as Record<string, string>)['graft.features']
  },
  tfjs: (target) => {
    const { userDefinedMetadata } = JSON.parse(readFileSync(join(target, 'model.json'), 'utf8')) as {
      userDefinedMetadata?: Record<string, string>
    }
    return userDefinedMetadata?.['graft.features']
  },
  onnx: (target) => readModelProto(readFileSync(join(target, 'model.onnx')), target).notes.get('graft.features'),
  pytorch: (target) => {
    const bytes = readFileSync(join(target, 'model.safetensors'))
    const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString()
    return (JSON.parse(header) as { __metadata__: Record<string, string> }).__metadata__['graft.features']
  },
}

it.each(Object.keys(READ))(
  '%s: the file says in what the features were, and nothing where there were none',
  async (format) => {
    for (const [given, expected] of [
      [model, TOLD],
      [plain, undefined],
    ] as const) {
      // prettier-ignore
      const target = mkdtempSync(join(folder, `${format}-`))
      await findExporter(format).write(given, target)
      const found = READ[format]!(target)
      expect(found === undefined ? undefined : JSON.parse(found)).toEqual(expected)
    }
  },
)

it('so do preprocessing.json and the card, with the measured agreement', () => {
  expect(JSON.parse(preprocessingJson(model))).toMatchObject({ trainedOn: TOLD })
  expect(JSON.parse(preprocessingJson(plain))).not.toHaveProperty('trainedOn')
  const features = { ...TOLD, layer: '<b>_', calibration }
  const job = { card: { title: 'T', lines: [], licences: [] }, format: 'keras', features }
  const card = modelCard(job, model, { samples: 1, maxDifference: 0, sameTop1: 1, isRealData: true })
  expect(card).toContain(
    '- The heads were trained on features in int8, which the frozen part computed up to \\<b\\>\\_.\n',
  )
  expect(card).toContain('on 9 samples: largest difference of a raw output 5.00e-1.')
})
