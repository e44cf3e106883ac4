import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { ExecutionResult, GraphQLSchema } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import type { DoorLog, GatewayCalls, OperationRequest, RequestInfo } from './calls.ts'
import { publicError, statusOf } from './errors.ts'

/** What Apollo Server carries through for one request. */
export interface GraphqlContext<Caller> {
  readonly caller: Caller
  readonly info: RequestInfo
  readonly request: OperationRequest
}

type Gateway = ApolloServerOptionsWithGateway<GraphqlContext<unknown>>['gateway']

export interface GraphqlDoorOptions<Caller> {
  readonly calls: GatewayCalls<Caller>
  /** The API schema that clients see. */
  readonly schema: GraphQLSchema
  readonly log: DoorLog
}

async function answer<Caller>(
  calls: GatewayCalls<Caller>,
  context: GraphqlContext<Caller>,
): Promise<ExecutionResult> {
  const { caller, request, info } = context
  return calls.run(caller, request, info)
}

/** The gateway as Apollo Server knows gateways: a schema, and an executor for whole operations. */
function asApolloGateway<Caller>({ calls, schema }: GraphqlDoorOptions<Caller>): Gateway {
  let announce: Parameters<Gateway['onSchemaLoadOrUpdate']>[0] | undefined
  return {
    onSchemaLoadOrUpdate(callback) {
      announce = callback
      return () => {
        announce = undefined
      }
    },
    async load() {
      // Nothing that we enable reads the supergraph's text.
      announce?.({ apiSchema: schema, coreSupergraphSdl: '' })
      return {
        async executor({ context, operation }) {
          if (operation?.operation === 'subscription') {
            const message =
              'Subscriptions need a stream: a WebSocket on /graphql, or POST to /graphql/stream.'
            return { errors: [new GatewayError('BAD_USER_INPUT', message)] }
          }
          // The plugin below puts the gateway's words in the place of these.
          if (!operation) return { errors: [new GatewayError('BAD_USER_INPUT', 'No such operation.')] }
          return answer(calls, context as GraphqlContext<Caller>)
        },
      }
    },
    async stop() {},
  }
}

/**
 * The gateway says what is wrong with a document too, so that every door gives the same codes and each refusal is
 * on record: documents that do not parse, and operation names that name nothing, never reach an executor. And the
 * status of a refused operation follows its code; Apollo Server alone would say 400 or 500.
 */
function refuseLikeEveryDoor<Caller>(
  options: GraphqlDoorOptions<Caller>,
): ApolloServerPlugin<GraphqlContext<Caller>> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ operation, source, contextValue, response }) {
          if (!operation && source !== undefined) {
            const { errors, ...rest } = await answer(options.calls, contextValue)
            const singleResult = {
              ...rest,
              errors: errors?.map((error) => publicError(error, options.log).toJSON()),
            }
            response.body = { kind: 'single', singleResult }
          }
          if (response.body.kind === 'single' && response.body.singleResult.data === undefined) {
            response.http.status = statusOf(response.body.singleResult.errors)
          }
        },
      }
    },
  }
}

/** Apollo Server with everything off that would answer, count, report or cache in the gateway's place. */
export async function startGraphqlDoor<Caller>(
  options: GraphqlDoorOptions<Caller>,
): Promise<ApolloServer<GraphqlContext<Caller>>> {
  const { log } = options
  const quiet = () => {}
  const apollo = new ApolloServer<GraphqlContext<Caller>>({
    gateway: asApolloGateway(options),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      refuseLikeEveryDoor(options),
    ],
    // The gateway validates, after its limits, whichever door a document came by.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: 20_000 },
    introspection: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult: (result) => JSON.stringify(result),
    formatError: (_formatted, error) => publicError(error, log).toJSON(),
    logger: { debug: quiet, info: quiet, warn: quiet, error: (message) => log('error', String(message)) },
  })
  await apollo.start()
  return apollo
}
