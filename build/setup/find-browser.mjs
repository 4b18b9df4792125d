import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SetupProblem } from './problem.mjs'
import { findProgram, isExecutable } from './process.mjs'

const LINUX_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

/** The Chromium that the end-to-end tests drive: GRAFT_BROWSER, an installed one, Playwright's own download. */
export function findBrowser(context) {
  const given = context.env.GRAFT_BROWSER
  if (given) {
    if (isExecutable(given)) return given
    throw new SetupProblem(`GRAFT_BROWSER is ${given}, but there is no program there: correct or unset it.`)
  }
  const found = [...installed(context), ...downloaded(context)].find(isExecutable)
  if (found) return found
  throw new SetupProblem(
    'The tests drive a real browser and there is none: install Chromium (Debian, Ubuntu: sudo apt install chromium; any system: npx playwright-core install chromium), or set GRAFT_BROWSER to the path of Chromium, Chrome or Edge.',
  )
}

function installed({ env, platform }) {
  if (platform === 'darwin') {
    const names = ['Chromium', 'Google Chrome', 'Microsoft Edge']
    return names.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  }
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean)
    const programs = [
      join('Google', 'Chrome', 'Application', 'chrome.exe'),
      join('Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]
    return folders.flatMap((folder) => programs.map((program) => join(folder, program)))
  }
  return LINUX_NAMES.map((name) => findProgram(name, env, platform)).filter(Boolean)
}

function downloaded({ env, platform }) {
  const home = env.HOME ?? homedir()
  const folder =
    env.PLAYWRIGHT_BROWSERS_PATH ??
    {
      darwin: join(home, 'Library', 'Caches', 'ms-playwright'),
      win32: join(env.LOCALAPPDATA ?? home, 'ms-playwright'),
    }[platform] ??
    join(home, '.cache', 'ms-playwright')
  if (!existsSync(folder)) return []
  const builds = readdirSync(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort()
    .reverse()
  const programs = [
    join('chrome-linux64', 'chrome'),
    join('chrome-linux', 'chrome'),
    join('chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'),
    join('chrome-win', 'chrome.exe'),
  ]
  return builds.flatMap((build) => programs.map((program) => join(folder, build, program)))
}
