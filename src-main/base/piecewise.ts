/** Long work in pieces of a few milliseconds: it yields after each, so that who runs it can let other things in. */
export type Piecewise<T> = Generator<undefined, T, undefined>

/** Does it in one go, where nothing may come in between. */
export function atOnce<T>(work: Piecewise<T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
