import type { ExecutionResult } from 'graphql'
import type { FileAnswer } from '../files/download.ts'
import type { GivenFile, WaitingFile } from '../files/upload.ts'

/** One GraphQL operation as a client wrote it: nothing of it is parsed yet. */
export interface OperationRequest {
  readonly query: string
  readonly operationName?: string | null
  readonly variables?: Record<string, unknown> | null
  readonly extensions?: Record<string, unknown> | null
}

export interface RequestHeaders {
  get(name: string): string | null | undefined
}

export interface RequestInfo {
  readonly address: string
  readonly headers: RequestHeaders
}

/** What every door calls. A door translates a protocol into these and decides nothing of its own. */
export interface GatewayCalls<Caller> {
  /**
   * Asked before the document is parsed; on a WebSocket again before each operation.
   * @throws GatewayError UNAUTHENTICATED for a missing, wrong, expired or revoked token.
   */
  authenticate(token: string | null, info: { readonly address: string }): Promise<Caller>
  /** One query or mutation, the whole path. Never throws. */
  run(caller: Caller, request: OperationRequest, info: RequestInfo): Promise<ExecutionResult>
  /**
   * One subscription. Ends when the caller is revoked: with GatewayError UNAUTHENTICATED thrown by `next`, a
   * WebSocket is closed with 4403 and an event stream ends with that error.
   * @throws GatewayError when refused.
   */
  subscribe(caller: Caller, request: OperationRequest): Promise<AsyncIterable<ExecutionResult>>
  /** A file on a ticket, by its global id. @throws GatewayError when refused, or when there is none. */
  download(caller: Caller, id: string, info: RequestInfo): Promise<FileAnswer>
  /** Keeps a file that a write will put onto a ticket. @throws GatewayError when refused */
  upload(caller: Caller, file: GivenFile, info: RequestInfo): Promise<WaitingFile>
  ready(): Promise<{ readonly ready: boolean; readonly detail: Readonly<Record<string, string>> }>
  /** In the Prometheus text format. */
  metrics(): Promise<string>
}

/** The doors' own log: short facts, never a request's body or headers. */
export type DoorLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, unknown>>,
) => void

/** `Bearer x` or null; any other scheme is no token. */
export function bearerToken(header: string | null | undefined): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1] ?? null
}
