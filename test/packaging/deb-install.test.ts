import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inIsolatedSystem, isolationProblem } from './isolated-system.ts'
import { debProblem, makeStandInApp, packageLinux } from './stand-in-app.ts'

const toolProblem = debProblem()

describe.skipIf(toolProblem !== null)('the .deb', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-deb-'))
  let deb = ''
  let next = ''

  beforeAll(async () => {
    const app = makeStandInApp(join(folder, 'app'))
    deb = await packageLinux(app, join(folder, 'dist'), { target: 'deb' })
    rmSync(join(app, 'resources', 'private'), { recursive: true })
    next = await packageLinux(app, join(folder, 'dist'), { target: 'deb', version: '0.2.0' })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const isolation = toolProblem ?? isolationProblem()
  if (isolation !== null) console.log(`skipped: no .deb is installed here: ${isolation}`)

  describe.skipIf(isolation !== null)('when it is installed', () => {
    const LIST = `list() { find /etc /opt /usr /var -xdev \\( -path /var/lib/dpkg -o -path /var/log -o -path /var/cache \\) -prune -o \\( -type d -printf '%p %m %U:%G\\n' -o -printf '%p %y %m %U:%G %s %l\\n' \\) | sort; }`
    // What the triggers of other packages make is brought up to date first: it is not the package's doing.
    const FRESH =
      'for made in "update-icon-caches /usr/share/icons/hicolor" update-desktop-database; do $made > /dev/null 2>&1 || true; done'
    // The libraries it depends on are another matter (below); here it is the package itself that is looked at.
    const INSTALL = 'dpkg --force-depends --install'

    test('runs, is replaced by the next version, and leaves nothing behind', () => {
      const { status, output } = inIsolatedSystem(
        `set -e; ${LIST}; ${FRESH}; list > /before
         ${INSTALL} /given/graft_0.1.0_*.deb; echo "run: $(graft one 'two words')"
         stat -c 'sandbox: %a %U' /opt/Graft/chrome-sandbox; dpkg --verify graft
         ${INSTALL} /given/graft_0.2.0_*.deb; echo "again: $(graft)"
         ls /opt/Graft/resources | grep -c private || true; dpkg-query -W graft
         dpkg --remove graft; dpkg --purge graft; list > /after; echo left:; diff /before /after; echo nothing
         ls /var/lib/dpkg/info | grep '^graft' || echo forgotten`,
        [deb, next],
      )
      expect(output).toContain('run: graft <one> <two words>\n')
      expect(output).toContain('sandbox: 4755 root\n')
      expect(output).toContain('again: graft <>\n0\ngraft\t0.2.0\n')
      expect(output).toMatch(/left:\nnothing\nforgotten\n$/)
      expect(status).toBe(0)
    })

    test("leaves another program's command alone, and an administrator's choice about the sandbox", () => {
      const { status, output } = inIsolatedSystem(
        `set -e; echo theirs > /usr/bin/graft; dpkg-statoverride --add root root 0750 /opt/Graft/chrome-sandbox
         ${INSTALL} /given/*.deb; cat /usr/bin/graft; stat -c %a /opt/Graft/chrome-sandbox
         dpkg --purge graft; cat /usr/bin/graft`,
        [deb],
      )
      expect(output).toContain('/usr/bin/graft is another program and was kept')
      expect(output).toContain('\ntheirs\n750\n')
      expect(output).toMatch(/theirs\n$/)
      expect(status).toBe(0)
    })

    /** AppArmor 4 is not in every system's kernel: its two programs are stood in for and tell how they were called. */
    const appArmor = (knows: boolean): string => `set -e; cd /usr/local/sbin
      printf '#!/bin/sh\\nexit 0\\n' > apparmor_status
      printf '#!/bin/sh\\necho "parser $*"\\n${knows ? '' : '[ "$1" != --skip-kernel-load ]\\n'}' > apparmor_parser
      printf '#!/bin/sh\\nexit 1\\n' > ischroot; chmod 755 *; mkdir -p /etc/apparmor.d
      ${INSTALL} /given/*.deb; cat /etc/apparmor.d/graft || echo none
      dpkg --remove graft; ls /etc/apparmor.d/graft || echo gone`

    test('gets its AppArmor profile, and takes it back', () => {
      const { status, output } = inIsolatedSystem(appArmor(true), [deb])
      expect(output).toContain('parser --replace --skip-cache /etc/apparmor.d/graft\n')
      expect(output).toMatch(/profile "graft" "\/opt\/Graft\/graft" flags=\(unconfined\) \{\s+userns,/)
      expect(output).toMatch(/parser --remove \/etc\/apparmor.d\/graft[\s\S]*gone\n/)
      expect(status).toBe(0)
    })

    test('gets none where AppArmor does not know its words', () => {
      expect(inIsolatedSystem(appArmor(false), [deb])).toMatchObject({
        status: 0,
        output: expect.stringMatching(/none\n[\s\S]*gone\n/),
      })
    })
  })

  const lists = ((): string[] => {
    try {
      return readdirSync('/var/lib/apt/lists').filter((name) => name.includes('_Packages'))
    } catch {
      return []
    }
  })()
  if (lists.length === 0)
    console.log('skipped: there are no lists of packages (apt-get update), so that apt cannot look for the libraries')
  test.skipIf(lists.length === 0)('depends on nothing that the system does not have', () => {
    const { status, stdout, stderr } = spawnSync('apt-get', ['install', '--simulate', '--no-install-recommends', deb])
    expect(`${String(stdout)}${String(stderr)}`).toContain('Inst graft (0.1.0')
    expect(status).toBe(0)
  })
})
