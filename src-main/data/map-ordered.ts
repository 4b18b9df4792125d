/** Applies an asynchronous function to many values, `width` of them at a time, and yields the results in their order. */
export async function* mapOrdered<T, R>(
  values: Iterable<T>,
  width: number,
  apply: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = []
  try {
    for (const value of values) {
      const result = apply(value)
      // Looked at when its turn comes; until then its failure is not forgotten, only early.
      result.catch(() => undefined)
      running.push(result)
      if (running.length >= width) yield await (running.shift() as Promise<R>)
    }
    while (running.length > 0) yield await (running.shift() as Promise<R>)
  } finally {
    // Left early: what still runs ends before its caller goes on, and its errors are nobody's.
    await Promise.allSettled(running)
  }
}
