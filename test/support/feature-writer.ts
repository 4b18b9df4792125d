import { openFeatureCache } from '../../src-main/learning/engine/features/feature-cache.ts'

// Writes rows until it is killed; says when the first are there.
const [folder, length] = [process.argv[2]!, Number(process.argv[3])]
const cache = openFeatureCache(folder, length, 'test')
for (let i = 0; ; i++) {
  await cache.addRows([`key ${i}`], new Float32Array(length).fill(i + 1))
  if (i % 3 === 2) await cache.flush()
  if (i === 2) process.send?.('written')
}
