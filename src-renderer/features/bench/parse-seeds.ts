/** "1, 2, 3" or "1-5": seeds in order, each once. A string says what is wrong. */
export function parseSeeds(text: string): number[] | string {
  const seeds: number[] = []
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const range = /^(\d{1,10})[-–](\d{1,10})$/.exec(part)
    const [from, to] = range ? [Number(range[1]), Number(range[2])] : [Number(part), Number(part)]
    if (!Number.isInteger(from) || !/^\d/.test(part))
      return `"${part}" is not a seed. Write whole numbers, e.g. 1, 2, 3 or 1-5.`
    if (to < from) return `"${part}" runs backwards.`
    if (to > 2_147_483_647) return 'Seeds go up to 2147483647.'
    if (to - from >= MOST_SEEDS || seeds.length > MOST_SEEDS) return `At most ${MOST_SEEDS} seeds at once.`
    for (let seed = from; seed <= to; seed++) if (!seeds.includes(seed)) seeds.push(seed)
  }
  if (seeds.length === 0) return 'Give at least one seed, e.g. 1.'
  return seeds.length > MOST_SEEDS ? `At most ${MOST_SEEDS} seeds at once.` : seeds
}

const MOST_SEEDS = 50
