// The main script under Electron 22: fill what it lacks, then Graft's own.
require('./node.cjs')
require('./electron.cjs')
require('./main/main.cjs')
