import { expect, it } from 'vitest'
import { soak } from '../soak/soak.ts'

/** The short form of `npm run soak`, which anyone can run for hours. */
it('random work, kills and a full disk lose nothing', { timeout: 900_000 }, async () => {
  const seed = Number(process.env['GRAFT_SOAK_SEED'] ?? 1)
  const said: string[] = [`seed ${seed} (GRAFT_SOAK_SEED)`]
  try {
    const counts = await soak({ seed, operations: 60, say: (line) => said.push(line) })
    expect(counts.operations).toBe(60)
  } catch (error) {
    console.error(said.join('\n'))
    throw error
  }
})
