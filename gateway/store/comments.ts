import type { Db } from './index.ts'
import { newId } from './newId.ts'
import type { ActorKind, CommentKind, RequestCommentRow } from './tables.ts'

export interface NewComment {
  readonly requestId: string
  readonly revision: number
  readonly kind: CommentKind
  readonly byKind: ActorKind
  readonly byId: string
  readonly text: string
}

export function addComment(db: Db, comment: NewComment): Promise<RequestCommentRow> {
  return db
    .insertInto('request_comment')
    .values({
      id: newId('cmt'),
      request_id: comment.requestId,
      revision: comment.revision,
      kind: comment.kind,
      by_kind: comment.byKind,
      by_id: comment.byId,
      text: comment.text,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function listComments(db: Db, requestId: string): Promise<RequestCommentRow[]> {
  return db
    .selectFrom('request_comment')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('at')
    .execute()
}
