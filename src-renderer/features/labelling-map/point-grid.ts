/** Places (x and y of each point, in the unit square) in cells of about four points: what is near is found without looking at all. */
export class PointGrid {
  readonly #places: Float32Array
  readonly #side: number
  /** Where the points of each cell begin in `#points`. */
  readonly #starts: Int32Array
  readonly #points: Int32Array

  constructor(places: Float32Array) {
    const count = places.length / 2
    this.#places = places
    this.#side = Math.max(1, Math.min(1024, Math.ceil(Math.sqrt(count / 4))))
    this.#starts = new Int32Array(this.#side * this.#side + 1)
    const cells = Int32Array.from({ length: count }, (_, i) => this.#cellOf(places[2 * i]!, places[2 * i + 1]!))
    for (const cell of cells) this.#starts[cell + 1]!++
    for (let cell = 0; cell < this.#starts.length - 1; cell++) this.#starts[cell + 1]! += this.#starts[cell]!
    const next = this.#starts.slice()
    this.#points = new Int32Array(count)
    cells.forEach((cell, i) => (this.#points[next[cell]!++] = i))
  }

  /** The nearest point that counts, not farther than `reach`; null: there is none. Of equally near ones the last, which is drawn on top. */
  nearest(x: number, y: number, reach: number, counts: (point: number) => boolean): number | null {
    let best: number | null = null
    let least = reach * reach
    this.inside(x - reach, y - reach, x + reach, y + reach, (point) => {
      const square = (this.#places[2 * point]! - x) ** 2 + (this.#places[2 * point + 1]! - y) ** 2
      const isNearer = square < least || (square === least && point > (best ?? -1))
      if (!isNearer || !counts(point)) return
      best = point
      least = square
    })
    return best
  }

  /** Every point of the cells that a box touches, and so every one that is in the box. */
  inside(left: number, bottom: number, right: number, top: number, visit: (point: number) => void): void {
    for (let row = this.#rowOf(bottom); row <= this.#rowOf(top); row++) {
      const from = row * this.#side
      const start = this.#starts[from + this.#rowOf(left)]!
      const end = this.#starts[from + this.#rowOf(right) + 1]!
      for (let at = start; at < end; at++) visit(this.#points[at]!)
    }
  }

  #rowOf(value: number): number {
    return Math.max(0, Math.min(this.#side - 1, Math.floor(value * this.#side)))
  }

  #cellOf(x: number, y: number): number {
    return this.#rowOf(y) * this.#side + this.#rowOf(x)
  }
}
