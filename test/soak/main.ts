import { parseArgs } from 'node:util'
import { soak } from './soak.ts'

/** `npm run soak -- [--minutes 30] [--seed N]`: random work, kills and faults on a real Graft (docs/benchmarks.md). */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
console.log(`Seed ${seed}.`)
const counts = await soak({ seed, minutes: Number(values.minutes), say: (line) => console.log(line) })
console.log('Nothing was lost.')
console.log(JSON.stringify(counts, null, 2))
