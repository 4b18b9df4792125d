/** What a reader of pickles leaves to its caller. Each may throw. */
export interface PickleWords {
  /** A class or function that the pickle names. */
  global(module: string, name: string): unknown
  /** That, called with arguments. */
  call(word: unknown, inputs: unknown[]): unknown
  /** A state that is given to a value after it was made. */
  build(target: unknown, state: unknown): void
  /** A value that lies outside the pickle. */
  persistent(id: unknown): unknown
}
