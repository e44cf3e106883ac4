import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** One that is named, playwright's own (`npx playwright-core install chromium`) or the system's. */
export const CHROMIUM = [
  process.env.CHROMIUM,
  chromium.executablePath(),
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && path !== '' && existsSync(path))
