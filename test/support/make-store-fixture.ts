import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MIGRATIONS_FOLDER, readMigrations } from '../../src-main/core/store/migrate.ts'
import { openStore } from '../../src-main/core/store/open.ts'
import { insertTestRun } from './store-rows.ts'

/** Writes test/fixtures/stores/schema-<newest>.sqlite: run once when a migration is added, before the release that has it. */
const folder = mkdtempSync(join(tmpdir(), 'graft-fixture-'))
const store = openStore(folder, { kind: 'test', now: new Date('2026-01-01T00:00:00.000Z') })
insertTestRun(store.db, 'fixture')
const id = readMigrations(MIGRATIONS_FOLDER).at(-1)?.name.slice(0, 4) ?? '0000'
const target = fileURLToPath(new URL(`../fixtures/stores/schema-${id}.sqlite`, import.meta.url))
rmSync(target, { force: true })
store.db.run('VACUUM INTO ?', target)
store.close()
rmSync(folder, { recursive: true })
process.stdout.write(`${join(target)}\n`)
