import { startPulse } from '../../src-main/trainer/pulse.ts'

/** A trainer's entry whose job is one synchronous step of two seconds: it computes (export) or hangs (every other job). */
process.on('message', (message: { type: string; job?: { kind: string } }) => {
  if (message.type === 'leave') process.exit(0)
  if (message.type !== 'start') return
  startPulse(100)
  // The thread has to be there before the step begins, as in the trainer, whose first step comes after TensorFlow.
  setTimeout(() => {
    if (message.job?.kind === 'export') compute(2000)
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000)
    process.send?.({ type: 'done', outcome: 'finished' })
  }, 500)
})

function compute(ms: number): void {
  for (const end = Date.now() + ms; Date.now() < end;);
}
