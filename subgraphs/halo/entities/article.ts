import { type EntitySpec, plain, time } from '../projection.ts'
import { type ArticleBody, article as shape } from '../schema.ts'

export const articleSpec: EntitySpec<ArticleBody> = {
  type: 'Article',
  group: 'Knowledge Base',
  shape,
  // Lists leave the solution out.
  detailOnly: new Set(['text']),
  keyOf: ({ id }) => String(id),
  fields: {
    title: plain(({ name }) => name ?? ''),
    text: plain(
      ({ description, resolution }) => [description, resolution].filter(Boolean).join('\n\n') || null,
    ),
    updatedAt: plain(({ date_edited }) => time(date_edited)),
    active: plain(({ inactive }) => inactive !== true),
  },
}
