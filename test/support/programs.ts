import { fileURLToPath } from 'node:url'

const place = (file: string): string => fileURLToPath(new URL(`../../out/${file}`, import.meta.url))

/** Node's programs as users run them: the set-up before the tests built them from these sources. */
export const CLI = place('node/cli.mjs')
export const HTTP_HOST = place('node/http.mjs')
export const TRAINER = place('trainer/main.mjs')
