import type { TypedDocumentNode } from '@urql/core'
import {
  ApprovalsDocument,
  NeedsYouDocument,
  type RowFragment,
  StuckDocument,
} from '../../../../generated/console.ts'

export interface RowPage {
  readonly page: {
    readonly endCursor: string | null
    readonly hasNextPage: boolean
    readonly nodes: readonly RowFragment[]
  }
}

export interface Narrowing {
  readonly connections?: readonly string[]
  readonly ticket?: string
}

interface View {
  readonly key: string
  readonly label: string
  readonly document: TypedDocumentNode<RowPage, Record<string, unknown>>
  readonly variables: Readonly<Record<string, unknown>>
  /** Whether the gateway can narrow it to a connection or a ticket. */
  readonly narrows: boolean
  readonly empty: string
}

const document = (one: unknown) => one as View['document']

export const VIEWS: readonly View[] = [
  {
    key: 'you',
    label: 'Needs you',
    document: document(NeedsYouDocument),
    variables: {},
    narrows: false,
    empty: 'Nothing waits for you. A new request appears here by itself.',
  },
  {
    key: 'sign',
    label: 'To sign',
    document: document(ApprovalsDocument),
    variables: { needsMe: true },
    narrows: true,
    empty: 'Nothing waits for your signature. A new request appears here by itself.',
  },
  {
    key: 'mine',
    label: 'Mine',
    document: document(ApprovalsDocument),
    variables: { mine: true },
    narrows: true,
    empty: 'No AI agent asks for anything on your behalf or on a ticket that you own.',
  },
  {
    key: 'everyone',
    label: 'Everyone',
    document: document(ApprovalsDocument),
    variables: {},
    narrows: true,
    empty: 'No request waits for anybody. A new one appears here by itself.',
  },
  {
    key: 'stuck',
    label: 'Stuck',
    document: document(StuckDocument),
    variables: {},
    narrows: true,
    empty: 'Nothing failed, went stale, is unclear or was sent back.',
  },
]
