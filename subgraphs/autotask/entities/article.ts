import type { VendorSession } from '../../../schema/source.ts'
import { objectOf, readJson } from '../client.ts'
import { type EntitySpec, type Extras, plain, readAccess, time } from '../projection.ts'
import { type ArticleBody, articleText, article as shape } from '../schema.ts'

export const articleSpec: EntitySpec<ArticleBody> = {
  type: 'Article',
  entity: 'KnowledgeBaseArticles',
  group: 'Knowledge Base',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, bodies, wanted) =>
    wanted.has('text') ? { articleTexts: await textsOf(session, bodies) } : {},
  fields: {
    title: plain(['title'], ({ title }) => title ?? ''),
    text: plain([], ({ id }, { articleTexts }) => articleTexts?.get(id) ?? null),
    updatedAt: plain(['lastModifiedDateTime'], ({ lastModifiedDateTime }) => time(lastModifiedDateTime)),
    active: plain(['isActive'], ({ isActive }) => isActive),
  },
}

/**
 * The text is a record below its article that does not name it (API.md 15, ArticlePlainTextContent): only asked
 * for below the article is it known to be its own.
 */
async function textsOf(
  session: VendorSession,
  bodies: readonly ArticleBody[],
): Promise<NonNullable<Extras['articleTexts']>> {
  const access = readAccess(articleSpec, new Set(['text']))
  const texts = await Promise.all(
    bodies.map(async ({ id }) => {
      const path = `/KnowledgeBaseArticles/${id}/PlainTextContent`
      const { items } = objectOf(await readJson(session, { path, access }))
      const parsed = articleText.safeParse(Array.isArray(items) ? items[0] : undefined)
      return [id, parsed.success ? parsed.data.contentData : null] as const
    }),
  )
  return new Map(texts)
}
