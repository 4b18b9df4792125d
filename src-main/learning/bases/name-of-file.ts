import { basename, parse } from 'node:path'

/** A name for the model of a file: `resnet50` of `resnet50-0676ba61.pth`, which has a part of its hash behind it. */
export function nameOfFile(path: string): string {
  const plain = parse(basename(path)).name.replace(/\.weights$/, '')
  return plain.replace(/[-_.][0-9a-f]{8}$/, '').slice(0, 90) || 'model'
}
