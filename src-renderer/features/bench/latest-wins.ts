/** Runs a request a moment after it was last asked for; only the newest answer counts. */
export function latestWins<I, O>(
  request: (input: I) => Promise<O>,
  on: { answer: (output: O) => void; error: (error: unknown) => void },
  delayMs: number,
): { ask: (input: I) => void; stop: () => void } {
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const send = async (input: I, ticket: number): Promise<void> => {
    try {
      const output = await request(input)
      if (ticket === asked) on.answer(output)
    } catch (error) {
      if (ticket === asked) on.error(error)
    }
  }
  return {
    ask(input) {
      const ticket = ++asked
      clearTimeout(timer)
      timer = setTimeout(() => void send(input, ticket), delayMs)
    },
    stop() {
      asked++
      clearTimeout(timer)
    },
  }
}
