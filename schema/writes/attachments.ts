import type { WriteDeclaration } from './declaration.ts'
import { connectionOf, given } from './demands.ts'

export const uploadAttachment: WriteDeclaration<'uploadAttachment'> = {
  name: 'uploadAttachment',
  description:
    "Puts a file onto a ticket. First POST its bytes to /attachments?connection=SLUG at the gateway's own address, with the same token and the file's media type as content-type; the answer's id goes into `upload`.",
  result: 'Attachment',
  group: 'Attachments',
  kind: 'CREATE',
  connection: (input) => connectionOf(input.ticket, 'input.ticket'),
  demands: (input) => [
    {
      group: 'Attachments',
      kind: 'CREATE',
      fields: given(input).map((field) => (field === 'upload' ? 'content' : field)),
    },
    // Whatever the client can see is a group of its own.
    ...(input.clientVisible === true
      ? [{ group: 'Client-Facing Notes', kind: 'CREATE', fields: ['attachments'] } as const]
      : []),
  ],
  sideEffects: ['Rules of the PSA may tell people of the new file.'],
  baseline: ['status', 'company', 'mergedInto'],
  correlation: { fingerprint: ['ticket', 'file name', 'size', 'time of writing', 'our user at the PSA'] },
  reconcile: 'FINGERPRINT',
}
