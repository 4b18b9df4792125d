// The door of every npm script: `node build/run.mjs <command>`. It is written for any Node that knows `import()`, so that
// one that is too old hears what to do instead of failing over a newer word in the files behind it.
var command = process.argv.splice(2, 1)[0]

if (parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(
    'This is Node ' +
      process.versions.node +
      ', and Graft needs Node 20 or later to start: install a current one from nodejs.org and run the same command again.\n',
  )
  process.exitCode = 1
} else {
  import('./commands/' + command + '.mjs')
}
