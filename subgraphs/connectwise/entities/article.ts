import { type EntitySpec, plain, time } from '../projection.ts'
import { type ArticleBody, article as shape } from '../schema.ts'

export const articleSpec: EntitySpec<ArticleBody> = {
  type: 'Article',
  group: 'Knowledge Base',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    title: plain(['title'], ({ title }) => title ?? ''),
    text: plain(
      ['issue', 'resolution'],
      ({ issue, resolution }) => [issue, resolution].filter(Boolean).join('\n\n') || null,
    ),
    updatedAt: plain(['_info'], ({ _info }) => time(_info?.lastUpdated)),
    // An article has no state of its being published (API.md 8, KnowledgeBaseArticle).
    active: plain([], () => null),
  },
}
