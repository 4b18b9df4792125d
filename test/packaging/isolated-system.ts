import { spawnSync } from 'node:child_process'

/**
 * This machine with an overlay over its whole disk, in a mount namespace of its own: packages are really installed and
 * removed there, and nothing of it remains. Needs root and the kernel's overlay file system.
 */
const LAY_OUT = `
set -e
folder=$(mktemp -d)
mount -t tmpfs -o size=1g graft "$folder"
cd "$folder"
mkdir upper work root
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" root
for name in proc sys dev; do mount --rbind "/$name" "root/$name"; done
mkdir root/given
for file in $GIVEN; do cp "$file" root/given/; done
status=0
chroot root /bin/sh -c "exec 2>&1
$SCRIPT" || status=$?
cd /
umount -l "$folder"
rmdir "$folder"
exit $status
`

export interface Outcome {
  readonly status: number | null
  readonly output: string
}

/** Runs a shell script there; the given files lie in /given. */
export function inIsolatedSystem(script: string, given: readonly string[] = []): Outcome {
  const result = spawnSync('unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', LAY_OUT], {
    encoding: 'utf8',
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      DEBIAN_FRONTEND: 'noninteractive',
      GIVEN: given.join(' '),
      SCRIPT: script,
    },
  })
  return { status: result.status, output: `${result.stdout}${result.stderr}${result.error?.message ?? ''}` }
}

/** Why packages cannot be installed in isolation here, or null. */
export function isolationProblem(): string | null {
  if (process.getuid?.() !== 0) return 'it needs root'
  const { status, output } = inIsolatedSystem('true')
  return status === 0 ? null : `no overlay over this system's disk: ${output.trim()}`
}
