import { CONTROL_C_EXIT } from './end-signals.ts'
import type { TrainerExit } from './ports.ts'

/** What is said of a process that ended without its last message, whatever its exit code: everything that was seen. */
export function lostText(exit: TrainerExit): string {
  const reason = exit.reason === null ? '' : `, because ${exit.reason}`
  return `The trainer process ended before it had said how (${exitText(exit)}${reason}).${lastLines(exit)}`
}

function exitText({ code, signal }: TrainerExit): string {
  if (signal !== null) return `signal ${signal}${SIGNALS[signal] ?? ''}`
  if (code === null) return 'no exit code'
  return `exit code ${code}${CODES[code] ?? ''}`
}

/** What a signal that the process did not choose itself usually means. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: ': ended from outside, often by the system when memory runs out',
  SIGSEGV: ': a fault in native code',
  SIGBUS: ': a fault in native code, or a disk that is full',
  SIGILL: ': a processor that lacks an instruction',
  SIGABRT: ': native code gave up',
}

/** Windows says the same by exit codes (NTSTATUS). */
const CODES: Readonly<Record<number, string>> = {
  0xc0000005: ': a fault in native code',
  0xc000001d: ': a processor that lacks an instruction',
  0xc0000017: ': out of memory',
  0xc00000fd: ': a stack overflow in native code',
  0xc0000135: ': a library is missing',
  [CONTROL_C_EXIT]: ': ended with its console, or by Ctrl-C',
  0xc0000409: ': native code gave up',
  0x40010004: ': ended with the session of the user',
}

/** What TensorFlow says in every process before anyone can silence it: no reason for anything. */
const BANNER = /absl::InitializeLog\(\)|oneDNN custom operations are on/

function lastLines(exit: TrainerExit): string {
  const lines = exit.stderr
    .trim()
    .split('\n')
    .filter((line) => !BANNER.test(line))
    .slice(-5)
    .join('\n')
    .slice(-1500)
  return lines === '' ? '' : ` It said last: ${lines}`
}
