import { defaultFieldResolver, getNamedType, type GraphQLSchema, isAbstractType, lexicographicSortSchema } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import { type Gate, gatesOf } from './gates.ts'
import {
  connectionOf,
  type JudgeContext,
  judgeRecord,
  namedConnections,
  noConnection,
  undeclared,
  type Verdict,
} from './judge.ts'
import { allow, applyMiddlewareToDeclaredResolvers, rule, shield } from './load.ts'
import { judgeRecords, judgeReference } from './records.ts'
import { isList, judgeIds, judgeRepresentations, type Middleware } from './references.ts'
