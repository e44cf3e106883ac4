import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startToyServer, type ToyServer } from './toy-gateway.ts'

function builtPage(title = 'GraphiQL'): string {
  const directory = mkdtempSync(join(tmpdir(), 'page-'))
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'index.html'), `<!doctype html><title>${title}</title>`)
  writeFileSync(join(directory, 'assets', 'page-1a2b.js'), 'export {}')
  return directory
}

const offered = {
  tokens: [{ name: 'Helpdesk agent', kind: 'AGENT' as const, token: 'good' }],
  examples: null,
}
let server: ToyServer
let bare: ToyServer

beforeAll(async () => {
  server = await startToyServer({
    graphiqlDir: builtPage(),
    graphiqlConfig: () => offered,
    consoleDir: builtPage('Console'),
  })
  bare = await startToyServer()
})
afterAll(() => Promise.all([server.close(), bare.close()]))

/** `fetch` does not let a test choose the Host header. */
function get(url: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })
}

describe('probes', () => {
  it('says that it lives, whether it is ready, and its numbers', async () => {
    expect(await (await fetch(`${bare.url}/healthz`)).json()).toEqual({ status: 'ok' })
    expect((await fetch(`${bare.url}/readyz`)).status).toBe(200)
    expect(await (await fetch(`${bare.url}/metrics`)).text()).toContain('toy_operations 1')
  })

  it('answers 503 while it is not ready', async () => {
    bare.toy.tokens.clear()
    const response = await fetch(`${bare.url}/readyz`)
    bare.toy.tokens.add('good')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ ready: false, detail: { store: 'ok' } })
  })
})

describe('files', () => {
  const get = (id: string, token = 'good') =>
    fetch(`${bare.url}/attachments/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${token}` },
    })

  it('are saved under their names and shown by no browser', async () => {
    const answer = await get('a file')
    expect(await answer.text()).toBe('<b>hi')
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''%C3%84rger%20%221%22.html",
    )
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each`
    id          | token     | status | code
    ${'a file'} | ${'bad'}  | ${401} | ${'UNAUTHENTICATED'}
    ${'gone'}   | ${'good'} | ${404} | ${'NOT_FOUND'}
  `('$code for $id', async ({ id, token, status, code }) => {
    const answer = await get(id, token)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] })
  })
})

describe('files on their way to a ticket', () => {
  const give = (body: string | Uint8Array<ArrayBuffer>, query = '?connection=acme', headers = {}) =>
    fetch(`${bare.url}/attachments${query}`, {
      method: 'POST',
      headers: { authorization: 'Bearer good', 'content-type': 'image/png', ...headers },
      body,
    })

  it.each(['image/png', 'application/json', 'text/plain; charset=utf-8'])(
    'are taken as they are, whatever they say to be: %s',
    async (contentType) => {
      const bytes = Uint8Array.from([0x7b, 0, 0xff, 0x0d, 0x0a])
      const answer = await give(bytes, undefined, { 'content-type': contentType })
      expect(answer.status).toBe(201)
      const { size, sha256, ...rest } = (await answer.json()) as { size: number; sha256: string }
      expect({ size, sha256 }).toEqual({ size: 5, sha256: Buffer.from(bytes).toString('latin1') })
      expect(rest).toEqual({ id: 'up_1', contentType, expiresAt: '2031-01-01T00:00:00.000Z' })
    },
  )

  it.each`
    what                    | body                | query                                 | headers                           | status | code
    ${'another token'}      | ${'x'}              | ${'?connection=acme'}                 | ${{ authorization: 'Bearer no' }} | ${401} | ${'UNAUTHENTICATED'}
    ${'too large a file'}   | ${'x'.repeat(1001)} | ${'?connection=acme'}                 | ${{}}                             | ${413} | ${'LIMIT_EXCEEDED'}
    ${'another connection'} | ${'x'}              | ${'?connection=other'}                | ${{}}                             | ${403} | ${'CONNECTION_FORBIDDEN'}
    ${'an unknown name'}    | ${'x'}              | ${'?connection=acme&to=x'}            | ${{}}                             | ${400} | ${'BAD_USER_INPUT'}
    ${'two connections'}    | ${'x'}              | ${'?connection=acme&connection=acme'} | ${{}}                             | ${403} | ${'CONNECTION_FORBIDDEN'}
  `('$code for $what', async ({ body, query, headers, status, code }) => {
    const answer = await give(body, query, headers)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] })
  })

  it('leave the limit of other doors as it is', async () => {
    const large = await bare.post({ query: `{ hello } # ${'x'.repeat(300_000)}` })
    expect(large.status).toBe(413)
  })
})

describe('security headers', () => {
  it.each(['/healthz', '/graphql', '/graphiql/', '/nowhere'])('stand on %s', async (path) => {
    const { headers } = await fetch(server.url + path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe|\*/)
  })
})

describe('the console', () => {
  it.each(['/', '/welcome', '/approvals', '/approvals/wr_1', '/history', '/workflows/wf_1', '/connections'])(
    'is served at %s',
    async (path) => {
      const page = await fetch(server.url + path)
      expect(page.status).toBe(200)
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
      expect(await page.text()).toContain('<title>Console')
    },
  )

  it('lets browsers keep what has a hash in its name', async () => {
    const { headers } = await fetch(`${server.url}/assets/page-1a2b.js`)
    expect(headers.get('cache-control')).toContain('immutable')
    expect(headers.get('content-type')).toContain('javascript')
  })

  it.each(['/approval', '/nowhere', '/auth/nowhere', '/graphql/nowhere', '/assets/nothing.js'])(
    'is no answer to %s',
    async (path) => {
      const answer = await fetch(server.url + path)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
    },
  )

  it('says in clear words when it is not built', async () => {
    const unbuilt = await startToyServer({ consoleDir: '/nonexistent' })
    const answer = await fetch(`${unbuilt.url}/approvals`)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('npm run build:console')
    await unbuilt.close()
  })
})

describe('GraphiQL', () => {
  it('is served from its build, and / leads there without a console', async () => {
    expect((await fetch(bare.url, { redirect: 'manual' })).headers.get('location')).toBe('/graphiql/')
    const page = await fetch(`${server.url}/graphiql`)
    expect(page.url).toBe(`${server.url}/graphiql/`)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(await page.text()).toContain('GraphiQL')
  })

  it('lets browsers keep what has a hash in its name', async () => {
    const { headers } = await fetch(`${server.url}/graphiql/assets/page-1a2b.js`)
    expect(headers.get('cache-control')).toContain('immutable')
    expect(headers.get('content-type')).toContain('javascript')
  })

  it.each(['/graphiql/..%2f..%2fetc%2fpasswd', '/graphiql/%2e%2e/package.json', '/graphiql/nothing.js'])(
    'serves nothing at %s',
    async (path) => {
      expect((await get(server.url + path, {})).status).toBeGreaterThanOrEqual(400)
    },
  )

  it('says in clear words when it is not built', async () => {
    const response = await fetch(`${bare.url}/graphiql`)
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toContain('npm run build:console')
  })
})

describe('the tokens of the sandbox', () => {
  it('are offered to this machine', async () => {
    expect(await (await fetch(`${server.url}/graphiql/config.json`)).json()).toEqual(offered)
  })

  it.each([
    ['a name that was pointed here', { host: 'attacker.example:4000' }],
    ['a name that begins like ours', { host: 'localhost.attacker.example' }],
    ['a request that was forwarded', { 'x-forwarded-for': '203.0.113.9' }],
  ])('are not offered to %s', async (_what, headers) => {
    const answer = await get(`${server.url}/graphiql/config.json`, headers as Record<string, string>)
    expect(answer).toEqual({ status: 204, text: '' })
  })

  it('do not exist outside the sandbox', async () => {
    expect((await fetch(`${bare.url}/graphiql/config.json`)).status).toBe(204)
  })
})
