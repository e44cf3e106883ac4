import { control } from '../../schema/access.ts'
import type { CredentialField, TenantChoices, VendorSource } from '../../schema/source.ts'
import {
  type ListedChoice,
  type PolicyGroup,
  policyGroups,
  policyOfProfile,
  tenantChoices,
} from '../admin/setup.ts'
import type { defineAdministration } from './administration.ts'
import type { Control } from './builder.ts'

const connectionAdmins = control({ roles: ['connectionAdmin'] })
const policyReaders = control({ roles: ['policyAdmin', 'auditor'] })
const eitherAdmin = control({ roles: ['connectionAdmin', 'policyAdmin'] })

/** Names of `TenantChoices`, as values of an enumeration. */
const LISTS = {
  STATUS: { value: 'statuses', description: 'Statuses of tickets.' },
  PRIORITY: { value: 'priorities', description: 'Priorities of tickets.' },
  TYPE: { value: 'types', description: 'Types of tickets.' },
  BOARD: { value: 'boards', description: 'Boards, queues or teams.' },
  COMPANY_TYPE: { value: 'companyTypes', description: 'Types of companies: a policy goes by their names.' },
  CUSTOM_FIELD: {
    value: 'customFields',
    description: 'Custom fields of tickets: `custom:<key>` in a policy.',
  },
  OUTCOME: { value: 'outcomes', description: 'HaloPSA: outcomes of actions.' },
  NOTE_TYPE: { value: 'noteTypes', description: 'Autotask: note types.' },
  WORK_ROLE: { value: 'roles', description: 'Roles in which time is logged.' },
  WORK_TYPE: { value: 'workTypes', description: 'Work types of time.' },
  CLOSE_CODE: { value: 'closeCodes', description: 'ServiceNow: close codes.' },
  TASK_TABLE: { value: 'taskTables', description: 'ServiceNow: tables of tickets.' },
} as const satisfies Record<string, { value: keyof TenantChoices; description: string }>

/** What the forms of connections and policies are filled in from. */
export function defineSetup(
  { builder }: Control,
  { Vendor, Profile }: ReturnType<typeof defineAdministration>,
): void {
  const Credential = builder.objectRef<CredentialField>('CredentialField').implement({
    description: 'One of the credentials that a connection needs.',
    extensions: connectionAdmins,
    fields: (t) => ({
      name: t.exposeString('name', { nullable: false, description: 'Its name in `credentials`.' }),
      secret: t.exposeBoolean('secret', { nullable: false, description: 'It is hidden while it is typed.' }),
      description: t.exposeString('description', { nullable: false, description: 'Where it is found.' }),
    }),
  })
  const Connectable = builder.objectRef<VendorSource>('ConnectableVendor').implement({
    description: 'A PSA that can be connected.',
    extensions: connectionAdmins,
    fields: (t) => ({
      vendor: t.field({ type: Vendor, nullable: false, resolve: ({ vendor }) => vendor }),
      cloudHosts: t.stringList({
        nullable: false,
        description: 'Its cloud is below these hosts; any other is on premises.',
        resolve: ({ dialect }) => [...dialect.cloudHosts],
      }),
      credentials: t.field({
        type: [Credential],
        nullable: false,
        description: 'What it is asked for.',
        resolve: ({ dialect }) => [...dialect.credentials],
      }),
    }),
  })
  const Group = builder.objectRef<PolicyGroup>('PolicyGroup').implement({
    description: 'A permission group, and what a policy can say about it.',
    extensions: policyReaders,
    fields: (t) => ({
      name: t.exposeString('name', { nullable: false }),
      fields: t.stringList({
        nullable: false,
        description: "Fields that have a name of the gateway; others go by the PSA's own names.",
        resolve: ({ fields }) => [...fields],
      }),
      mergesAndBundles: t.exposeBoolean('mergesAndBundles', {
        nullable: false,
        description: 'It has the switches `merge` and `bundle`.',
      }),
      needsConfirmation: t.exposeBoolean('needsConfirmation', {
        nullable: false,
        description: 'FULL_AUTOMATION opens it only when `confirmedGroups` names it.',
      }),
      forbidden: t.exposeString('forbidden', { description: 'Why no policy opens it; null: one can.' }),
    }),
  })
  const List = builder.enumType('TenantList', { description: 'What a choice is one of.', values: LISTS })
  const Choice = builder.objectRef<ListedChoice>('TenantChoice').implement({
    description: 'A value that the PSA offers now.',
    extensions: eitherAdmin,
    fields: (t) => ({
      list: t.field({ type: List, nullable: false, resolve: ({ list }) => list }),
      key: t.exposeString('key', { nullable: false, description: "The PSA's own key." }),
      name: t.field({ type: 'UntrustedText', nullable: false, resolve: ({ name }) => name }),
      active: t.exposeBoolean('active', { nullable: false, description: 'False: no longer in use.' }),
      within: t.stringList({
        description: 'Keys of the boards (HaloPSA: ticket types) that it belongs to; null: all.',
        resolve: ({ within }) => (within === undefined ? null : [...within]),
      }),
    }),
  })

  const connection = 'Slug of the connection.'
  builder.queryFields((t) => ({
    connectableVendors: t.field({
      type: [Connectable],
      nullable: false,
      description: 'PSAs that can be connected, and what each needs for it.',
      extensions: connectionAdmins,
      resolve: (_, _args, { services }) => [...services.sources.values()],
    }),
    policyGroups: t.field({
      type: [Group],
      nullable: false,
      description: 'Every permission group that a policy of this connection can name.',
      extensions: policyReaders,
      args: { connection: t.arg.string({ required: true, description: connection }) },
      resolve: async (_, args, context) => [...(await policyGroups(context, args.connection))],
    }),
    profilePolicy: t.field({
      type: 'JSON',
      description:
        'The policy that an access profile sets on a connection; nothing is saved. Test mode is on in it.',
      extensions: policyReaders,
      args: {
        connection: t.arg.string({ required: true, description: connection }),
        profile: t.arg({ type: Profile, required: true, description: 'The profile.' }),
        confirmedGroups: t.arg.stringList({ description: 'As in `applyAccessProfile`.' }),
      },
      resolve: (_, args, context) =>
        policyOfProfile(context, args.connection, args.profile, args.confirmedGroups ?? []),
    }),
    tenantChoices: t.field({
      type: [Choice],
      description: 'What the PSA offers now of all that a mapping or a policy can name; it is asked for it.',
      extensions: eitherAdmin,
      args: { connection: t.arg.string({ required: true, description: connection }) },
      resolve: async (_, args, context) => [...(await tenantChoices(context, args.connection))],
    }),
  }))
}
