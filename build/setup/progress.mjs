const MIB = 1024 * 1024

/**
 * Progress for people: one line that rewrites itself on a terminal, a line per tenth otherwise.
 * `task(label, total, unit)` returns `{ update(done), end(note?) }`.
 */
export function createProgress(out) {
  return {
    say: (line) => out.write(`${line}\n`),
    task: (label, total, unit = 'MB') => createTask(out, { label, total, unit }),
  }
}

function createTask(out, task) {
  const started = Date.now()
  const live = out.isTTY === true
  let lastTenth = -1
  let lastShownAt = 0
  if (!live) out.write(`${task.label}${task.total ? ` (${amount(task, task.total)})` : ''} ...\n`)

  function update(done) {
    const share = task.total ? Math.min(1, done / task.total) : 0
    const text = `${task.label}: ${Math.floor(share * 100)} %, ${count(task, done)} of ${amount(task, task.total)}`
    if (live && Date.now() - lastShownAt > 100) {
      lastShownAt = Date.now()
      out.write(`\r\u001b[K${text}`)
    }
    const tenth = Math.floor(share * 10)
    if (!live && tenth > lastTenth && tenth > 0) out.write(`  ${text}\n`)
    lastTenth = Math.max(lastTenth, tenth)
  }

  function end(note = 'done') {
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    const line = `${task.label}: ${note} (${seconds} s)\n`
    out.write(live ? `\r\u001b[K${line}` : `  ${line}`)
  }

  return { update, end }
}

function count(task, value) {
  return task.unit === 'MB' ? amount(task, value) : String(Math.round(value))
}

function amount(task, value) {
  if (task.unit === 'MB') return `${Math.round(value / MIB)} MB`
  return `${Math.round(value)} ${task.unit}`
}
