import { control } from '../../schema/access.ts'
import type { Endpoint, EndpointMethod, ParameterType } from '../../schema/passthrough.ts'
import {
  type EndpointPage,
  endpointsOf,
  OWN_KINDS,
  removeEndpoint,
  saveEndpoint,
} from '../admin/endpoints.ts'
import type { Control } from './builder.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly EndpointMethod[]
const TYPES = ['INTEGER', 'HEX32', 'GUID', 'NAME'] as const satisfies readonly ParameterType[]

const connectionAdmins = control({ roles: ['connectionAdmin'] })
const readers = control({ roles: ['connectionAdmin', 'policyAdmin', 'auditor'] })

/** The endpoint catalogue of a connection, and an administrator's own entries in it. */
export function defineEndpoints({ builder }: Control): void {
  const Method = builder.enumType('EndpointMethod', { description: 'An HTTP method.', values: METHODS })
  const Kind = builder.enumType('EndpointKind', {
    description: 'What calling an endpoint does.',
    values: OWN_KINDS,
  })
  const Type = builder.enumType('EndpointParameterType', {
    description: 'What a place in a path may hold: a whole number, 32 hexadecimal digits, a GUID, or a name.',
    values: TYPES,
  })
  const Parameter = builder.inputType('EndpointParameterInput', {
    description: 'The type of one {name} of a path.',
    fields: (t) => ({ name: t.string({ required: true }), type: t.field({ type: Type, required: true }) }),
  })
  const EndpointInput = builder.inputType('SaveEndpointInput', {
    description:
      'An endpoint that the catalogue does not have: method, path and kind, or the name of a custom table.',
    fields: (t) => ({
      connection: t.string({ required: true, description: 'Slug of the connection.' }),
      method: t.field({ type: Method }),
      path: t.string({
        description:
          'Below the address of the connection, with {name} for what differs: /api/x_acme/things/{id}.',
      }),
      table: t.string({ description: 'ServiceNow: a custom table, instead of method, path and kind.' }),
      group: t.string({
        required: true,
        description: 'Its permission group. A new one is disabled for everybody until a policy names it.',
      }),
      kind: t.field({ type: Kind, description: 'What it does, whatever its method says.' }),
      fields: t.stringList({ description: 'Fields that its bodies may hold; left out: any.' }),
      parameters: t.field({ type: [Parameter], description: 'A type for each {name} of the path.' }),
      query: t.stringList({ description: 'Query names that may be sent; left out: none.' }),
    }),
  })
  const EndpointType = builder.objectRef<Endpoint>('Endpoint').implement({
    description: 'An endpoint of a PSA that raw calls may reach.',
    extensions: readers,
    fields: (t) => ({
      method: t.exposeString('method', { nullable: false }),
      path: t.exposeString('template', { nullable: false, description: 'With {name} for what differs.' }),
      group: t.exposeString('group', { nullable: false, description: 'The permission group that it needs.' }),
      kind: t.exposeString('kind', {
        nullable: false,
        description: 'READ, CREATE, UPDATE, MERGE, BUNDLE or DELETE; a body can make it another one.',
      }),
      query: t.stringList({
        nullable: false,
        description: 'Query names that may be sent.',
        resolve: ({ query }) => [...query],
      }),
      generic: t.boolean({
        nullable: false,
        description: 'Its group depends on what the call names, such as a table or a parent record.',
        resolve: ({ generic }) => generic === true,
      }),
      sideEffects: t.boolean({
        nullable: false,
        description: 'Members of a body or a query can demand further groups.',
        resolve: ({ sideEffects }) => sideEffects === true,
      }),
      denied: t.string({
        description: 'Why nobody may call it, whatever a policy says.',
        resolve: ({ denied }) => denied,
      }),
      own: t.boolean({
        nullable: false,
        description: 'An administrator added it for this connection.',
        resolve: ({ own }) => own !== undefined,
      }),
      fields: t.stringList({
        description: 'Fields that the bodies of an own entry may hold; null: any.',
        resolve: ({ own }) => (own === undefined || own.fields === 'ALL' ? null : [...own.fields]),
      }),
    }),
  })
  const Endpoints = builder.objectRef<EndpointPage>('EndpointConnection').implement({
    description: 'A page of endpoints, by path.',
    extensions: readers,
    fields: (t) => ({
      nodes: t.field({
        type: [EndpointType],
        nullable: false,
        description: 'The endpoints.',
        resolve: ({ nodes }) => [...nodes],
      }),
      totalCount: t.exposeInt('totalCount', { nullable: false, description: 'How many match in all.' }),
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'More follow.' }),
      endCursor: t.exposeString('endCursor', { description: 'Give it as `after` to go on.' }),
    }),
  })

  builder.queryField('endpoints', (t) =>
    t.field({
      type: Endpoints,
      description: "What raw calls can reach on a connection: the vendor's catalogue and own entries.",
      extensions: readers,
      args: {
        connection: t.arg.string({ required: true, description: 'Slug of the connection.' }),
        search: t.arg.string({
          description: 'Words that method, path, group or kind hold; "denied" finds what nobody may call.',
        }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: 'Cursor to go on behind.' }),
      },
      resolve: (_, args, context) => endpointsOf(context, args),
    }),
  )
  builder.mutationFields((t) => ({
    saveEndpoint: t.field({
      type: [EndpointType],
      description:
        'Adds an own entry to the endpoint catalogue of a connection, or changes the one with the same method and path. It never opens what the catalogue denies.',
      extensions: connectionAdmins,
      args: { input: t.arg({ type: EndpointInput, required: true }) },
      resolve: async (_, { input }, context) => [...(await saveEndpoint(context, input))],
    }),
    removeEndpoint: t.field({
      type: [EndpointType],
      description: 'Takes own entries out of the endpoint catalogue of a connection, and answers those.',
      extensions: connectionAdmins,
      args: {
        connection: t.arg.string({ required: true, description: 'Slug of the connection.' }),
        path: t.arg.string({ description: 'As it was saved.' }),
        method: t.arg({ type: Method, description: 'Left out: every method of the path.' }),
        table: t.arg.string({ description: 'ServiceNow: a custom table, instead of a path.' }),
      },
      resolve: async (_, args, context) => [...(await removeEndpoint(context, args))],
    }),
  }))
}
