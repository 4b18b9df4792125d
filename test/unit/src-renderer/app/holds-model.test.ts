import { describe, expect, it } from 'vitest'
import { holdsModel } from '../../../../src-renderer/app/holds-model.ts'

describe('what is dropped where something is predicted', () => {
  it.each([
    [['resnet50-11ad3fa6.pth'], true],
    [['EfficientNetB0.keras'], true],
    [['MODEL.ONNX'], true],
    [['tfjs/model.json', 'tfjs/group1-shard1of1.bin'], true],
    [['cats/1.png'], false],
    [['rows.csv'], false],
    [['notes.txt'], false],
    [['album.json'], false],
    // A folder of pictures in which somebody keeps a model, too.
    [['cats/1.png', 'cats/best.h5'], false],
  ])('%j: a model? %s', (paths, isModel) => {
    expect(holdsModel(paths.map((path) => ({ path })))).toBe(isModel)
  })
})
