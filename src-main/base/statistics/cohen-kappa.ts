/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054

export interface Kappa {
  /** −1..1; 0: as much agreement as by chance, 1: all. */
  readonly kappa: number
  readonly standardError: number
  /** 95 % interval, within −1..1. */
  readonly low: number
  readonly high: number
}

/** Agreement of two labellers beyond chance.
 *
 *  With p_ij the share of items that the first put into class i and the second into j, p_o = Σ p_ii and p_e = Σ p_i. p_.i:
 *  κ = (p_o − p_e) / (1 − p_e) (Cohen 1960, "A coefficient of agreement for nominal scales", equation 1). Its standard error is that of
 *  large samples: √(A + B − C) / ((1 − p_e) √n), with A = Σ p_ii (1 − (p_i. + p_.i)(1 − κ))², B = (1 − κ)² Σ_{i≠j} p_ij (p_.i + p_j.)² and
 *  C = (κ − p_e (1 − κ))² (Fleiss, Cohen, Everitt 1969, "Large sample standard errors of kappa and weighted kappa", equation 13).
 *
 *  `table[i][j]`: items, square. null: no items, or both used one class only (then chance agrees always, and κ is 0 / 0). */
export function cohenKappa(table: readonly (readonly number[])[]): Kappa | null {
  const size = table.length
  const total = table.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0)
  if (total === 0) return null
  const share = (i: number, j: number): number => (table[i]?.[j] ?? 0) / total
  const indices = Array.from({ length: size }, (_, i) => i)
  const sum = (of: (i: number) => number): number => indices.reduce((all, i) => all + of(i), 0)
  const rows = indices.map((i) => sum((j) => share(i, j)))
  const columns = indices.map((j) => sum((i) => share(i, j)))
  const observed = sum((i) => share(i, i))
  const chance = sum((i) => rows[i]! * columns[i]!)
  if (1 - chance < 1e-12) return null
  const kappa = (observed - chance) / (1 - chance)
  const a = sum((i) => share(i, i) * (1 - (rows[i]! + columns[i]!) * (1 - kappa)) ** 2)
  const off = sum((i) => sum((j) => (i === j ? 0 : share(i, j) * (columns[i]! + rows[j]!) ** 2)))
  const c = (kappa - chance * (1 - kappa)) ** 2
  // Rounding may leave a little less than nothing where all agree.
  const variance = Math.max(0, a + (1 - kappa) ** 2 * off - c) / total
  const standardError = Math.sqrt(variance) / (1 - chance)
  const low = Math.max(-1, kappa - Z * standardError)
  const high = Math.min(1, kappa + Z * standardError)
  return { kappa, standardError, low, high }
}

/** A table of many classes as that of one against all others: [[both, first only], [second only, neither]]. */
export function oneAgainstRest(table: readonly (readonly number[])[], index: number): number[][] {
  let [both, first, second, neither] = [0, 0, 0, 0]
  for (const [i, row] of table.entries()) {
    for (const [j, count] of row.entries()) {
      if (i === index && j === index) both += count
      else if (i === index) first += count
      else if (j === index) second += count
      else neither += count
    }
  }
  return [
    [both, first],
    [second, neither],
  ]
}
