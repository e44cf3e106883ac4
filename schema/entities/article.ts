import { psa } from '../access.ts'
import type { ArticleValues } from '../records.ts'
import { field, type PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

export function defineArticle(
  builder: PsaBuilder,
  { Article }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ArticleValues & string) => field('Knowledge Base', name)
  builder.objectType(Article, {
    description: 'What the MSP wrote down of how something is done: an article of its knowledge base.',
    interfaces: [Node],
    extensions: psa('Knowledge Base', ''),
    fields: (t) => ({
      title: t.field({
        type: 'UntrustedText',
        description: 'What it is about, in one line.',
        extensions: plain('title'),
        resolve: (r) => r.get('title'),
      }),
      text: t.field({
        type: 'UntrustedText',
        description:
          'The problem and, below it, the solution; HTML on ServiceNow. Autotask and HaloPSA tell it article by article: a request for each one.',
        extensions: plain('text'),
        resolve: (r) => r.get('text'),
      }),
      updatedAt: t.field({
        type: 'DateTime',
        description: 'When it was changed last.',
        extensions: plain('updatedAt'),
        resolve: (r) => r.get('updatedAt'),
      }),
      active: t.field({
        type: 'Boolean',
        description:
          'True for one in use (published on ServiceNow); null on ConnectWise, which does not tell.',
        extensions: plain('active'),
        resolve: (r) => r.get('active'),
      }),
    }),
  })
}
