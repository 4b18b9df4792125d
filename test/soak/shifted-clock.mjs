// Preloaded by the soak: the computer's clock, set back or forward by SOAK_CLOCK_SHIFT_MS.
const shift = Number(process.env.SOAK_CLOCK_SHIFT_MS ?? 0)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shift)
    else super(...args)
  }
  static now() {
    return RealDate.now() + shift
  }
}
