import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { removeAll } from '../../src-main/base/disk/remove.ts'
import { openStore } from '../../src-main/core/store/open.ts'
import { describeOnWindows } from '../support/on-windows.ts'
import { CLI } from '../support/programs.ts'

const ROWS = ['a,b,label', ...Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 13},${i % 2 ? 'чёт' : 'нечет'}`)]

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'graft пути 猫 é-'))
  onTestFinished(() => removeAll(made))
  return made
}

/** The command line, as a user of that home folder calls it. */
function graft(home: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { GRAFT_USER_FOLDER: _folder, ...rest } = process.env
  const env = { ...rest, USERPROFILE: home, APPDATA: join(home, 'AppData', 'Roaming') }
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], { env, encoding: 'utf8' })
}

describeOnWindows('the command line of a user whose folder has a space and letters of two scripts', () => {
  it('finds ~, keeps its settings there, and writes paths with /', () => {
    const home = join(folder(), 'Jörg Müller 猫')
    mkdirSync(join(home, 'фото'), { recursive: true })
    writeFileSync(join(home, 'фото', 'таблица.csv'), `\ufeff${ROWS.join('\r\n')}\r\n`)
    const where = ['--workspace', join(home, 'ws'), '--json']
    const source = '~\\фото\\таблица.csv'
    const done = graft(home, 'dataset', 'import', source, '--name', 'таблица', '--label', 'label', ...where)
    expect(done.status, done.stderr).toBe(0)
    // CR and the mark of UTF-8 are no part of a name or a value.
    expect(JSON.parse(done.stdout)).toMatchObject({ items: 60, classes: [{ name: 'нечет' }, { name: 'чёт' }] })
    const out = join(home, 'out')
    const exported = graft(home, 'dataset', 'export', 'таблица', '--format', 'csv', '--out', out, ...where)
    expect(exported.status, exported.stderr).toBe(0)
    for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((each) => /csv|json/.test(each)))
      expect(readFileSync(join(out, name), 'utf8')).not.toMatch(/\\|\r/)
    expect(existsSync(join(homedir(), '~'))).toBe(false)
  })

  it('says the same letters whatever the code page of the console is', () => {
    const at = folder()
    for (const page of ['437', '65001']) {
      const out = join(at, `${page}.txt`)
      const script = `chcp ${page} > nul & "${process.execPath}" "${CLI}" runs --workspace "${join(at, 'Größe 猫')}" 2> "${out}"`
      spawnSync('cmd', ['/d', '/s', '/c', `"${script}"`], { windowsVerbatimArguments: true })
      expect(readFileSync(out, 'utf8')).toContain('Größe 猫')
    }
  })
})

describeOnWindows('a path of more than 260 characters', () => {
  it('holds a workspace that is opened, written and opened again', () => {
    const at = join(folder(), 'a'.repeat(120), 'b'.repeat(120), 'workspace')
    mkdirSync(at, { recursive: true })
    expect(at.length).toBeGreaterThan(260)
    for (const turn of [1, 2]) {
      const { db, close } = openStore(at, { kind: 'test', now: new Date() })
      db.exec(`CREATE TABLE turn${turn} (a)`)
      close()
    }
    expect(existsSync(join(at, 'graft.sqlite'))).toBe(true)
  })
})

describeOnWindows('a share of the network', () => {
  it('that is this computer’s own drive holds a workspace', (context) => {
    const at = folder()
    const share = at.replace(/^([A-Za-z]):/, '\\\\localhost\\$1$')
    if (!existsSync(share)) context.skip(`this system shares no drives: ${share}`)
    openStore(share, { kind: 'test', now: new Date() }).close()
    expect(existsSync(join(at, 'graft.sqlite'))).toBe(true)
  })

  it('is not needed for what cmd says of a folder: other programs find the files by their names', () => {
    const at = folder()
    writeFileSync(join(at, 'ключ.txt'), 'значение')
    expect(execFileSync('cmd', ['/c', 'type', join(at, 'ключ.txt')]).toString()).toBe('значение')
  })
})
