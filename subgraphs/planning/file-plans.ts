import { badInput, GatewayError } from '../../schema/errors.ts'
import {
  type ClientMail,
  type DeleteInput,
  FILE_HOLE,
  type PlanDraft,
  type PlannedFile,
  type PlannedStep,
  type UploadAttachmentInput,
} from '../../schema/plan.ts'
import type { AttachmentValues, VendorRecord } from '../../schema/records.ts'
import type { PlanActor, UploadedFile, VendorAccess, VendorSession } from '../../schema/source.ts'
import { deletedFields } from './changes.ts'
import { comparableValues } from './comparable.ts'
import { recordDraft } from './draft.ts'
import { NO_MAIL } from './mail.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, oneLine } from './texts.ts'
import { below, placed, type TicketOf, type TicketReader, ticketIdOf } from './ticket-of.ts'

/** A file that is to go onto a ticket, checked. */
export interface NewFile {
  readonly upload: UploadedFile
  readonly fileName: string
  /** The file's name where none was given. */
  readonly title: string
  readonly clientVisible: boolean
}

export interface FileNow {
  readonly key: string
  readonly ticket: TicketOf
  readonly record: VendorRecord<AttachmentValues>
}

type Step = Pick<PlannedStep, 'method' | 'path' | 'query' | 'headers'>

/** How one vendor writes files of tickets; what is planned around it is the same everywhere. */
export interface FileWriter {
  readonly vendor: string
  /** The most bytes that it takes, where that is known. */
  readonly maxBytes?: number
  readonly maxTitle: number | { readonly none: string }
  /** Where whoever may read a ticket may read its files: nothing else can be said of one. */
  readonly shownWithTicket?: string
  readonly recordNow: ReturnType<typeof recordReader>
  readonly ticketOf: TicketReader
  add(
    session: VendorSession,
    ticket: TicketOf,
    file: NewFile,
  ): Step & {
    /** With `{file}` where the file goes. */
    readonly body: string
    readonly encoding: PlannedFile['encoding']
    /** By which the file is known again, in the vendor's own words. */
    readonly content: Readonly<Record<string, unknown>>
  }
  remove(session: VendorSession, now: FileNow): Step
  /** Of a file that the client can see; left out, it mails nobody. */
  mail?(session: VendorSession, ticket: TicketOf): Promise<ClientMail>
}

/** A name that every file system takes, so that nobody who saves it gets another one. */
const NAME = /^[^\\/:*?"<>|{}]{1,200}$/
const SHOWN = ['fileName', 'title', 'contentType', 'size', 'clientVisible'] as const

export function filePlans(writer: FileWriter) {
  return {
    async uploadAttachment(
      session: VendorSession,
      input: UploadAttachmentInput,
      actor: PlanActor,
    ): Promise<PlanDraft> {
      const upload = await actor.upload(input.upload)
      const file = checked(writer, input, upload)
      const ticket = await writer.ticketOf(session, input.ticket, 'ticket')
      const { body, encoding, content, ...request } = writer.add(session, ticket, file)
      const target = { type: 'Ticket', key: ticket.key } as const
      const shown = file.clientVisible || writer.shownWithTicket !== undefined
      const mail = shown ? ((await writer.mail?.(session, ticket)) ?? NO_MAIL) : NO_MAIL
      const { id, contentType, size, sha256 } = upload
      const step: PlannedStep = {
        ...request,
        body,
        file: {
          upload: id,
          fileName: file.fileName,
          contentType,
          size,
          sha256,
          encoding,
          bodySha256: upload.sha256In(body, encoding),
        },
        access: { group: 'Attachments', kind: 'CREATE', fields: writtenFields(input) },
        alsoDemands: shown ? [clientFacing('CREATE')] : [],
        target,
        creates: 'Attachment',
        ...(shown ? { clientReach: mail.verdict === 'NO' ? 'PORTAL_ONLY' : 'UNKNOWN' } : {}),
        summary: `Adds a file of ${size} bytes${shown ? ' that the client can see' : ''} to ticket ${ticket.number}.`,
        reconcile: { by: 'FINGERPRINT', parent: target, content },
        holes: [],
      }
      const draft = recordDraft({
        steps: [step],
        changes: [
          flatChange(null, 'fileName', null, file.fileName),
          ...(typeof writer.maxTitle === 'number' ? [flatChange(null, 'title', null, file.title)] : []),
          flatChange(null, 'content', null, `${size} bytes of ${contentType}, SHA-256 ${sha256}`),
          ...(writer.shownWithTicket === undefined
            ? [flatChange(null, 'clientVisible', null, file.clientVisible)]
            : []),
        ],
        baseline: [below(ticket)],
        sideEffects: [
          ...(writer.shownWithTicket === undefined ? [] : [writer.shownWithTicket]),
          ...(file.clientVisible ? ['The client can read the file in the portal.'] : []),
        ],
        warnings: ticket.closed ? ['The ticket is closed.'] : [],
        ...placed(ticket),
      })
      return { ...draft, clientMail: mail, facts: { ...draft.facts, clientMail: mail.verdict } }
    },

    async deleteTicketAttachment(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
      const { key, record } = await writer.recordNow(session, 'Attachment', id, [...SHOWN, 'ticket'])
      const ticket = await writer.ticketOf(session, ticketIdOf(record, 'file'), 'id')
      const target = { type: 'Attachment', key } as const
      return recordDraft({
        steps: [
          {
            ...writer.remove(session, { key, ticket, record }),
            body: null,
            access: { group: 'Attachments', kind: 'DELETE', fields: [] },
            alsoDemands: record.get('clientVisible') === false ? [] : [clientFacing('DELETE')],
            target,
            creates: null,
            summary: `Deletes a file of ticket ${ticket.number} for good.`,
            reconcile: { by: 'VALUES', target, planned: {} },
            holes: [],
          },
        ],
        changes: deletedFields(target, SHOWN, record),
        // No version marker of a file is read: every field of it is compared instead.
        baseline: [
          { target, version: null, fields: comparableValues(record, [...SHOWN, 'ticket']), kind: 'UPDATE' },
        ],
        ...placed(ticket),
      })
    },
  }
}

/** What the client can see is a group of its own, whatever it is. */
function clientFacing(kind: 'CREATE' | 'DELETE'): VendorAccess {
  return { group: 'Client-Facing Notes', kind, fields: kind === 'CREATE' ? ['attachments'] : [] }
}

/** By the names that a policy lists. */
function writtenFields({ title, clientVisible }: UploadAttachmentInput): readonly string[] {
  return [
    ...(clientVisible === undefined ? [] : ['clientVisible']),
    'content',
    'fileName',
    'ticket',
    ...(title === undefined ? [] : ['title']),
  ]
}

function checked(writer: FileWriter, input: UploadAttachmentInput, upload: UploadedFile): NewFile {
  const { title, clientVisible } = input
  const { vendor, maxBytes = Number.POSITIVE_INFINITY, maxTitle, shownWithTicket } = writer
  const fileName = oneLine(input.fileName, 'fileName')
  if (!NAME.test(fileName) || fileName.startsWith('.') || fileName.endsWith('.'))
    throw badInput('fileName', 'a name of at most 200 characters without \\ / : * ? " < > | { }', fileName)
  const ending = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''
  if (!upload.extensions.includes(ending)) {
    const fitting = upload.extensions.map((extension) => `.${extension}`).join(' or ')
    throw badInput('fileName', `a name that ends in ${fitting}, as ${upload.contentType} does`, fileName)
  }
  if (upload.size > maxBytes) {
    const said = `${vendor} takes files of up to ${maxBytes} bytes, and this one has ${upload.size}.`
    throw new GatewayError('LIMIT_EXCEEDED', said, { argument: 'upload', limit: maxBytes, came: upload.size })
  }
  if (title !== undefined && typeof maxTitle !== 'number')
    throw new GatewayError('NOT_SUPPORTED', maxTitle.none, { argument: 'title' })
  if (clientVisible !== undefined && shownWithTicket !== undefined)
    throw new GatewayError('NOT_SUPPORTED', shownWithTicket, { argument: 'clientVisible' })
  const called =
    title === undefined || typeof maxTitle !== 'number' ? fileName : oneLine(title, 'title', maxTitle)
  if (called.includes(FILE_HOLE)) throw badInput('title', `a text without ${FILE_HOLE}`, called)
  return { upload, fileName, title: called, clientVisible: clientVisible ?? false }
}
