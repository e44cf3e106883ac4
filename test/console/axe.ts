import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Where {
  /** A selector: left out, the whole page. */
  readonly within?: string
  /** A selector of what a library draws and we can't change. */
  readonly notOurs?: string
  /** Left out: every rule. */
  readonly rules?: readonly string[]
}

/** What axe finds once nothing moves: what is half faded in has half its contrast. Needs a page with `bypassCSP`. */
export async function axeProblems(
  page: Page,
  { within = 'html', notOurs, rules }: Where = {},
): Promise<string[]> {
  await page.evaluate(async () => {
    // Other colours begin to fade in with the next frame.
    await new Promise(requestAnimationFrame)
    await new Promise(requestAnimationFrame)
    const moving = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations === 1)
    await Promise.allSettled(moving.map(({ finished }) => finished))
  })
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const context = { include: [within], ...(notOurs !== undefined && { exclude: [notOurs] }) }
  // Only what is wrong, without the work of naming everything that is right.
  const quick = { resultTypes: ['violations'], selectors: false }
  const options = { ...quick, ...(rules !== undefined && { runOnly: rules }) }
  return page.evaluate(
    async ([of, by]) => {
      // biome-ignore lint/suspicious/noExplicitAny: axe stands in the page, where no types reach
      const { violations } = await (window as any).axe.run(of, by)
      return violations.flatMap((one: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        one.nodes.map(({ html, failureSummary }) => `${one.id}: ${html} ${failureSummary}`),
      )
    },
    [context, options] as const,
  )
}

/** What axe finds in light, and of the colours in dark: the same page, whose elements are looked at once. */
export async function axeProblemsInBoth(page: Page, where: Omit<Where, 'rules'> = {}): Promise<string[]> {
  const light = await axeProblems(page, where)
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await axeProblems(page, { ...where, rules: ['color-contrast'] })
  await page.emulateMedia({ colorScheme: 'light' })
  return [...light, ...dark.map((one) => `dark, ${one}`)]
}
