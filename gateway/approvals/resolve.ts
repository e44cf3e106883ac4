import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { addComment } from '../store/comments.ts'
import { listSteps, resolveUnknown } from '../store/executions.ts'
import { resolveStep } from '../store/reconciliation.ts'
import { getRequest } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { type Found, resolutionOf, unclearStep } from '../writes/resolution.ts'
import { expectSigner, TEXT_LENGTH } from './expect.ts'
import { findVisible } from './visible.ts'

/** A person has looked into the PSA, where reading did not tell or has not told yet. @throws GatewayError */
export async function resolveUnknownOutcome(
  context: GatewayContext,
  id: string,
  applied: boolean,
  note: string,
): Promise<WriteRequestRow> {
  if (note.trim() === '') throw badInput('note', 'some words on what you saw', note)
  const { services } = context
  const request = await findVisible(context, id)
  const { person, plan } = await expectSigner(context, request)
  const found: Found = applied ? { outcome: 'DONE', key: null } : { outcome: 'NOT_APPLIED' }
  const row = await services.store.transaction(async (trx) => {
    const steps = await listSteps(trx, id, request.revision)
    const step = unclearStep(steps)
    if (step === undefined) return undefined
    const { state, settlement } = resolutionOf(request, plan, steps, step.step, found)
    const resolved = await resolveUnknown(trx, id, state, settlement)
    if (resolved === undefined) return undefined
    await resolveStep(
      trx,
      { id, revision: request.revision, step: step.step },
      { outcome: found.outcome, vendorId: null },
    )
    await addComment(trx, {
      requestId: id,
      revision: resolved.revision,
      kind: 'RESOLVED',
      byKind: 'PERSON',
      byId: person.id,
      text: note.slice(0, TEXT_LENGTH),
    })
    await record(trx, services, {
      type: 'RESOLVED_BY_PERSON',
      actor: person,
      operation: context.operation,
      request: resolved,
      step: step.step,
      comment: note,
      payload: { comment: note },
      ...(resolved.error !== null && { error: resolved.error }),
    })
    return resolved
  })
  if (row !== undefined) return row
  const { state } = (await getRequest(services.store.db, id)) ?? request
  throw new GatewayError('APPROVAL_NOT_PENDING', 'The outcome of this request is not unclear.', {
    requestId: id,
    state,
  })
}
