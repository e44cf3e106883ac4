import { type Answer, ok } from './call.ts'
import { invalid, malformed, strict } from './errors.ts'

const INSTANCE = 264_118

/** Tells, to whoever asks, where a login's database lives: here, unless a test wants it elsewhere. */
export function zoneInformation(
  search: URLSearchParams,
  origin: string,
  username: string,
  zoneUrl: string | undefined,
): Answer {
  for (const name of search.keys()) {
    if (name.toLowerCase() !== 'user')
      throw strict(`Unknown query parameter '${name}'.`, `unknown query parameter ${name}`)
  }
  const user = [...search].find(([name]) => name.toLowerCase() === 'user')?.[1]
  if (!user) throw malformed('The user parameter is required.')
  if (user.toLowerCase() !== username.toLowerCase())
    throw invalid('The zone information could not be determined for the user.')
  return ok({
    zoneName: 'America East 2',
    // As the vendor writes it: in lower case, and with or without a slash at its end.
    url: zoneUrl ?? `${origin}/atservicesrest`,
    webUrl: origin,
    ci: INSTANCE,
  })
}
