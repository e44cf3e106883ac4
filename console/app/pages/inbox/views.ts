import type { TypedDocumentNode } from '@urql/core'
import {
  ApprovalsDocument,
  NeedsYouDocument,
  type RowFragment,
  StuckDocument,
  type WriteRequestState,
} from '../../../../generated/console.ts'

export interface RowPage {
  readonly page: {
    readonly endCursor: string | null
    readonly hasNextPage: boolean
    readonly nodes: readonly RowFragment[]
  }
}

interface View {
  readonly key: string
  readonly label: string
  readonly document: TypedDocumentNode<RowPage, Record<string, unknown>>
  readonly variables: Readonly<Record<string, unknown>>
  /** What its requests may be in, for what can be filtered by. */
  readonly states: readonly WriteRequestState[]
  readonly empty: string
}

const document = (one: unknown) => one as View['document']

export const VIEWS: readonly View[] = [
  {
    key: 'you',
    label: 'Needs you',
    document: document(NeedsYouDocument),
    variables: {},
    states: ['PENDING', 'STALE', 'UNKNOWN_OUTCOME', 'FAILED'],
    empty: 'Nothing waits for you. A new request appears here by itself.',
  },
  {
    key: 'sign',
    label: 'To sign',
    document: document(ApprovalsDocument),
    variables: { needsMe: true },
    states: ['PENDING'],
    empty: 'Nothing waits for your signature. A new request appears here by itself.',
  },
  {
    key: 'mine',
    label: 'Mine',
    document: document(ApprovalsDocument),
    variables: { mine: true },
    states: ['PENDING'],
    empty: 'No AI agent asks for anything on your behalf or on a ticket that you own.',
  },
  {
    key: 'everyone',
    label: 'Everyone',
    document: document(ApprovalsDocument),
    variables: {},
    states: ['PENDING'],
    empty: 'No request waits for anybody. A new one appears here by itself.',
  },
  {
    key: 'stuck',
    label: 'Stuck',
    document: document(StuckDocument),
    variables: {},
    states: ['FAILED', 'UNKNOWN_OUTCOME', 'STALE', 'RETURNED'],
    empty: 'Nothing failed, went stale, is unclear or was sent back.',
  },
]
