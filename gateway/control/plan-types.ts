import { control } from '../../schema/access.ts'
import { ATTACHMENTS_PATH } from '../../schema/entities/attachment.ts'
import type { ClientMail, FieldChange, PlannedFile, PlannedStep } from '../../schema/plan.ts'
import type { Plan } from '../writes/plan.ts'
import type { Control } from './builder.ts'

const everybody = control({ agents: true, roles: 'ANY' })

export interface ShownPlan {
  readonly plan: Plan
  readonly hash: string
}

/** A plan as agents and approvers read it: the exact vendor requests, and what they change. */
export function definePlan({ builder, ClientReach }: Control) {
  const Pair = builder.objectRef<readonly [string, string]>('QueryParameter').implement({
    description: 'One name and value of a query string.',
    extensions: everybody,
    fields: (t) => ({
      name: t.string({ nullable: false, resolve: ([name]) => name }),
      value: t.string({ nullable: false, resolve: ([, value]) => value }),
    }),
  })
  const File = builder.objectRef<PlannedFile>('PlannedFile').implement({
    description: 'A file that a vendor request carries, told from any other by its hash.',
    extensions: everybody,
    fields: (t) => ({
      fileName: t.field({
        type: 'UntrustedText',
        nullable: false,
        description: 'Its name.',
        resolve: ({ fileName }) => fileName,
      }),
      downloadPath: t.string({
        nullable: false,
        description:
          "Where whoever sees the request may look at it until it was sent: a GET at the gateway's own address, with the same token as here.",
        resolve: ({ upload }) => `${ATTACHMENTS_PATH}${upload}`,
      }),
      contentType: t.exposeString('contentType', {
        nullable: false,
        description: 'Its media type; its bytes were looked at for that.',
      }),
      size: t.exposeInt('size', { nullable: false, description: 'Its size in bytes.' }),
      sha256: t.exposeString('sha256', { nullable: false, description: 'SHA-256 of its bytes, in hex.' }),
      encoding: t.exposeString('encoding', {
        nullable: false,
        description: 'How it stands in the body: BYTES as it is, BASE64 as text.',
      }),
      bodySha256: t.exposeString('bodySha256', {
        nullable: false,
        description: 'SHA-256 of the whole body as it is sent, in hex.',
      }),
    }),
  })
  const Step = builder.objectRef<PlannedStep & { readonly origin: string }>('PlannedStep').implement({
    description:
      'One vendor request of a plan, exactly as it would be sent. Credentials are added at sending and never shown.',
    extensions: everybody,
    fields: (t) => ({
      summary: t.exposeString('summary', { nullable: false, description: 'What it does, in one sentence.' }),
      method: t.exposeString('method', { nullable: false, description: 'HTTP method.' }),
      host: t.string({
        nullable: false,
        description: 'Where it goes.',
        resolve: ({ origin }) => new URL(origin).host,
      }),
      path: t.exposeString('path', {
        nullable: false,
        description: 'Path. `{step1.id}` stands for the id that step 1 makes.',
      }),
      query: t.field({
        type: [Pair],
        nullable: false,
        description: 'Query string.',
        resolve: ({ query }) => query,
      }),
      headers: t.stringList({
        nullable: false,
        description: 'Names of the headers that the plan sets.',
        resolve: ({ headers }) => Object.keys(headers),
      }),
      body: t.exposeString('body', {
        description: 'The exact body; null for none. `{file}` stands for the bytes of `file`.',
      }),
      file: t.field({
        type: File,
        description: 'The file that the body carries; null for none.',
        resolve: ({ file }) => file ?? null,
      }),
      group: t.string({
        nullable: false,
        description: 'Permission group that it demands.',
        resolve: ({ access }) => access.group,
      }),
      kind: t.string({
        nullable: false,
        description: 'CREATE, UPDATE, MERGE, BUNDLE or DELETE.',
        resolve: ({ access }) => access.kind,
      }),
      fields: t.stringList({
        nullable: false,
        description: 'Every field that the body writes, by its name in a policy.',
        resolve: ({ access }) => [...access.fields],
      }),
      clientReach: t.field({
        type: ClientReach,
        description: 'How its text gets to the client; null when it holds none that the client may read.',
        resolve: ({ clientReach }) => clientReach ?? null,
      }),
      demands: t.stringList({
        nullable: false,
        description: 'Every group and kind that the request reaches, such as "Tickets UPDATE".',
        resolve: ({ access, alsoDemands }) => [
          ...new Set([access, ...alsoDemands].map(({ group, kind }) => `${group} ${kind}`)),
        ],
      }),
    }),
  })
  const Change = builder.objectRef<FieldChange>('FieldChange').implement({
    description: 'One field before and after.',
    extensions: everybody,
    fields: (t) => ({
      field: t.exposeString('field', { nullable: false, description: 'Name of the field.' }),
      target: t.string({
        description: 'Type and key of the record; null for one that does not exist yet.',
        resolve: ({ target }) => (target === null ? null : `${target.type} ${target.key}`),
      }),
      before: t.field({
        type: 'UntrustedText',
        description: 'Read while planning.',
        resolve: ({ before }) => before,
      }),
      after: t.field({
        type: 'UntrustedText',
        description: 'What would be written; null when it is cleared.',
        resolve: ({ after }) => after,
      }),
      unknown: t.boolean({
        nullable: false,
        description: 'The PSA computes the new value.',
        resolve: ({ unknown }) => unknown ?? false,
      }),
    }),
  })
  const MailVerdict = builder.enumType('ClientMailVerdict', {
    description: 'Whether the client gets mail.',
    values: {
      NO: { description: 'No mail to the client.' },
      YES: { description: 'The client is mailed.' },
      MAY: { description: "The PSA's own rules decide; counts as YES." },
    } as const,
  })
  const Mail = builder.objectRef<ClientMail>('ClientMail').implement({
    description: 'Mail that a plan sends or may cause.',
    extensions: everybody,
    fields: (t) => ({
      verdict: t.field({ type: MailVerdict, nullable: false, resolve: ({ verdict }) => verdict }),
      recipients: t.field({
        type: ['UntrustedText'],
        nullable: false,
        description: 'Whom it may reach.',
        resolve: ({ recipients }) => [...recipients],
      }),
      reasons: t.stringList({ nullable: false, description: 'Why.', resolve: ({ reasons }) => [...reasons] }),
    }),
  })
  return builder.objectRef<ShownPlan>('Plan').implement({
    description:
      'What a write would do: the vendor requests in order, before and after, side effects and mail.',
    extensions: everybody,
    fields: (t) => ({
      planHash: t.string({
        nullable: false,
        description: 'SHA-256 of the plan: an approver signs exactly this one.',
        resolve: ({ hash }) => hash,
      }),
      connection: t.string({
        nullable: false,
        description: "The connection's slug.",
        resolve: ({ plan }) => plan.connection,
      }),
      write: t.string({
        nullable: false,
        description: 'The mutation that it is for.',
        resolve: ({ plan }) => plan.write,
      }),
      steps: t.field({
        type: [Step],
        nullable: false,
        description: 'Vendor requests in the order of sending.',
        resolve: ({ plan }) => plan.steps.map((step) => ({ ...step, origin: plan.origin })),
      }),
      changes: t.field({
        type: [Change],
        nullable: false,
        description: 'Before and after, by field.',
        resolve: ({ plan }) => [...plan.changes],
      }),
      sideEffects: t.stringList({
        nullable: false,
        description: 'What else may happen.',
        resolve: ({ plan }) => [...plan.sideEffects],
      }),
      warnings: t.stringList({
        nullable: false,
        description: 'What a person should know.',
        resolve: ({ plan }) => [...plan.warnings],
      }),
      emulated: t.boolean({
        nullable: false,
        description:
          'The PSA has no such write: these are plain steps in its stead, which an administrator allowed.',
        resolve: ({ plan }) => plan.emulated === true,
      }),
      clientMail: t.field({
        type: Mail,
        nullable: false,
        description: 'Mail to the client.',
        resolve: ({ plan }) => plan.clientMail,
      }),
      closes: t.boolean({
        nullable: false,
        description: 'It closes the ticket.',
        resolve: ({ plan }) => plan.facts.closes,
      }),
      billableHours: t.float({
        nullable: false,
        description: 'Hours that it bills.',
        resolve: ({ plan }) => plan.facts.billableHours,
      }),
    }),
  })
}
