/** Draws the pictures that phones want from the one icon: `node scripts/icons.ts`. What it draws is committed. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { CHROMIUM } from './chromium.ts'

const folder = new URL('../console/app/public/', import.meta.url)
const svg = readFileSync(new URL('icon.svg', folder), 'utf8')
// Phones cut such an icon to a shape of their own, and round the corners themselves: nothing may stand at its edge.
const whole = svg.replace(/ rx="\d+"/, '').replace('<g ', '<g transform="translate(64 64) scale(.75)" ')

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
for (const [name, size, picture] of [
  ['icon-192.png', 192, svg],
  ['icon-512.png', 512, svg],
  ['icon-maskable.png', 512, whole],
  ['apple-touch-icon.png', 180, whole],
] as const) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw }</style>${picture}`)
  await page.screenshot({ path: fileURLToPath(new URL(name, folder)), omitBackground: true })
  await page.close()
}
await browser.close()
