import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe finds once nothing moves: what is half faded in has half its contrast. Needs a page with `bypassCSP`.
 * `notOurs`: a selector of what a library draws and we can't change.
 */
export async function axeProblems(page: Page, notOurs?: string): Promise<string[]> {
  await page.evaluate(async () => {
    const moving = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations === 1)
    await Promise.allSettled(moving.map(({ finished }) => finished))
  })
  await page.evaluate(AXE)
  return page.evaluate(async (left) => {
    // biome-ignore lint/suspicious/noExplicitAny: axe stands in the page, where no types reach
    const { violations } = await (window as any).axe.run(left === undefined ? document : { exclude: [left] })
    return violations.flatMap((one: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
      one.nodes.map(({ html, failureSummary }) => `${one.id}: ${html} ${failureSummary}`),
    )
  }, notOurs)
}
