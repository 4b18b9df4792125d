/** What ends a process from outside: Ctrl-C, the end of a session, of a terminal, and Ctrl-Break of Windows, where SIGHUP is the closing of the
 *  console's window (the process has some seconds then). Systems that lack one never send it. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const
export type EndSignal = (typeof END_SIGNALS)[number]

/** The exit code of a process that Ctrl-C has ended on Windows (STATUS_CONTROL_C_EXIT), which knows no signals. */
export const CONTROL_C_EXIT = 0xc000013a
