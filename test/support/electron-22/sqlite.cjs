// better-sqlite3 for Electron 22, as far as the store uses it (src-main/core/store/database.ts).
const { rmSync } = require('fs')
const wasm = require('node-sqlite3-wasm')

// Blobs come back as views on the module's memory, which the next call may move.
const plain = (value) => (value instanceof Uint8Array ? Buffer.from(value) : value)
const plainRow = (row) => {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
}

class Statement {
  constructor(statement, database) {
    Object.assign(this, { statement, database, isRaw: false })
  }
  raw() {
    this.isRaw = true
    return this
  }
  run(...params) {
    return wrapped(() => this.statement.run(params))
  }
  get(...params) {
    return wrapped(() => {
      const row = this.statement.get(params)
      return row === null || row === undefined ? undefined : plainRow(row)
    })
  }
  all(...params) {
    return wrapped(() => {
      const rows = this.statement.all(params)
      return this.isRaw ? rows.map((row) => Object.values(row).map(plain)) : rows.map(plainRow)
    })
  }
}

class SqliteError extends Error {
  constructor(message, code) {
    super(message)
    this.code = code
  }
}

function wrapped(work) {
  try {
    return work()
  } catch (error) {
    const code = /locked|busy/.test(error.message)
      ? 'SQLITE_BUSY'
      : /malformed|not a database/.test(error.message)
        ? 'SQLITE_CORRUPT'
        : 'SQLITE_ERROR'
    throw new SqliteError(error.message, code)
  }
}

class Database {
  constructor(file) {
    // Its lock is a folder, which stays when the process is killed; Graft's own lock file says who works here.
    rmSync(`${file}.lock`, { recursive: true, force: true })
    this.database = wrapped(() => new wasm.Database(file))
    this.depth = 0
  }
  get open() {
    return this.database.isOpen
  }
  pragma(text, { simple = false } = {}) {
    // It has no WAL, and a file that is locked for good cannot be unlocked after a kill.
    if (/journal_mode|locking_mode/.test(text)) return undefined
    if (simple) return Object.values(this.prepare(`PRAGMA ${text}`).get() ?? {})[0]
    wrapped(() => this.database.exec(`PRAGMA ${text}`))
  }
  exec(sql) {
    wrapped(() => this.database.exec(sql))
    return this
  }
  prepare(sql) {
    return new Statement(
      wrapped(() => this.database.prepare(sql)),
      this,
    )
  }
  transaction(work) {
    return (...args) => {
      const point = `level_${this.depth}`
      this.exec(this.depth === 0 ? 'BEGIN' : `SAVEPOINT ${point}`)
      this.depth += 1
      try {
        const result = work(...args)
        this.depth -= 1
        this.exec(this.depth === 0 ? 'COMMIT' : `RELEASE ${point}`)
        return result
      } catch (error) {
        this.depth = Math.max(0, this.depth - 1)
        this.exec(this.depth === 0 ? 'ROLLBACK' : `ROLLBACK TO ${point}; RELEASE ${point}`)
        throw error
      }
    }
  }
  close() {
    this.database.close()
  }
}

Database.SqliteError = SqliteError
module.exports = Database
