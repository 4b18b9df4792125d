/** Whether a process that is not this one runs under an id: what it is writing must be left alone. */
export function isOtherProcess(pid: number): boolean {
  if (pid <= 0 || pid === process.pid) return false
  try {
    // What is no whole number is refused here.
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
