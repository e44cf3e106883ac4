import { record } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { purgeTries } from '../store/sign-in-tries.ts'
import { endingTokens } from '../store/token-warnings.ts'

/** Looks hourly for tokens that are about to end; the first gateway to find one says so, once for each warning. */
export function startTokenChecks(services: Services): { stop(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve()
  const look = () => {
    looking = warnOfEndingTokens(services).catch((error) =>
      services.log('warn', 'looking for tokens that end failed', { error: String(error) }),
    )
  }
  look()
  const timer = setInterval(look, services.settings.tokenCheck * 1000)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      return looking
    },
  }
}

export async function warnOfEndingTokens(services: Services): Promise<void> {
  const { store, settings } = services
  await store.transaction(async (trx) => {
    // Rows first: whoever holds the head of the trail must not wait for a row.
    const ending = await endingTokens(trx, settings.tokenWarnings)
    for (const { kind, id, name, days, expiresAt } of ending) {
      await record(trx, services, {
        type: 'TOKEN_EXPIRING',
        subject: { kind, id, name },
        payload: { days, expiresAt },
      })
    }
  })
  await purgeTries(store.db)
}
