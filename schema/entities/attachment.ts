import { psa } from '../access.ts'
import type { AttachmentValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

/** Below the gateway's own address: its doors for files, on tickets and on their way there. */
export const ATTACHMENTS_PATH = '/attachments/'
export const UPLOADS_PATH = '/attachments'

export function defineAttachment(
  builder: PsaBuilder,
  { Attachment, Ticket }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof AttachmentValues & string) => field('Attachments', name)
  builder.objectType(Attachment, {
    description: 'A file on a ticket.',
    interfaces: [Node],
    extensions: psa('Attachments', ''),
    fields: (t) => {
      const text = (name: 'fileName' | 'title', description: string) =>
        t.field({
          type: 'UntrustedText',
          description,
          extensions: plain(name),
          resolve: (r) => r.get(name),
        })
      return {
        fileName: text('fileName', 'The name of the file.'),
        title: text('title', 'What people call it; null where the PSA keeps the name of the file alone.'),
        contentType: t.field({
          type: 'UntrustedText',
          description: 'Its media type, as whoever added it said; null where the PSA does not tell.',
          extensions: plain('contentType'),
          resolve: (r) => r.get('contentType'),
        }),
        size: t.field({
          type: 'Int',
          description: 'How many bytes it has; null where the PSA does not tell.',
          extensions: plain('size'),
          resolve: (r) => r.get('size'),
        }),
        createdAt: t.field({
          type: 'DateTime',
          description: 'When it was added.',
          extensions: plain('createdAt'),
          resolve: (r) => r.get('createdAt'),
        }),
        clientVisible: t.field({
          type: 'Boolean',
          description: 'The client can see it in the portal; null on ServiceNow, where the record decides.',
          extensions: plain('clientVisible'),
          resolve: (r) => r.get('clientVisible'),
        }),
        downloadPath: t.field({
          type: 'String',
          nullable: false,
          description:
            "Where its bytes are to be had: a GET at the gateway's own address, with the same token as here.",
          extensions: field('Attachments', 'downloadPath', { loads: [] }),
          resolve: (r) => `${ATTACHMENTS_PATH}${encodeURIComponent(r.id)}`,
        }),
        ticket: t.field({
          type: Ticket,
          description: 'The ticket that it is on.',
          extensions: relation('Tickets', 'ticket', 'Ticket'),
          resolve: (r, _, context, info) => follow(r.get('ticket'), 'Ticket', context, info),
        }),
      }
    },
  })
}
