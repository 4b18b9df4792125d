/** What work that pauses comes to, without the pauses. */
export function resultOf<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}
