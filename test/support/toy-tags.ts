import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest, TrainJob } from '../../src-main/contract/trainer.ts'

/** The toy with a head of tags in place of its classes: a bar at the top or in the middle is in the upper part, too, and one at the bottom has
 *  no tag at all. */
export function withTags(job: TrainJob): TrainJob {
  const manifest = JSON.parse(readFileSync(job.manifest, 'utf8')) as Manifest
  const head = { name: 'label', column: 'label', type: 'tags' as const, classes: ['top', 'middle', 'upper'] }
  const heads = [{ ...head, tagSets: [[0, 2], [1, 2], []] }]
  const path = join(dirname(job.manifest), 'tags.json')
  writeFileSync(path, JSON.stringify({ ...manifest, heads }))
  const spec = { ...job.spec, heads: [{ name: 'label', column: 'label', type: 'tags' as const, weight: 1 }] }
  return { ...job, spec, manifest: path }
}
