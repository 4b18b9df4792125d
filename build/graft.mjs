#!/usr/bin/env node
process.argv.splice(2, 0, 'graft')
import('./run.mjs')
