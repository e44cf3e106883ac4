import { isRec, type Rec } from '../shared/json.ts'
import { fieldsOf, singular } from './allowlists.ts'
import { behaviours } from './behaviours.ts'
import { readBody, type Sent } from './body.ts'
import { type Answer, type Call, callerId, ok, type Route } from './call.ts'
import { check } from './checks.ts'
import { invalid, noPermission, strict } from './errors.ts'
import { udfsOf } from './evaluate.ts'
import { stamp } from './instants.ts'
import { isReadOnly, parentField, rulesOf, type Verb } from './rules.ts'
import { all, get, insert, table } from './state.ts'

interface Parent {
  root: string
  field: string
}

const missing = (root: string, id: number | undefined) =>
  invalid(`Unable to find id [${id ?? ''}] in the ${singular(root)} Entity`)

function mayWrite(call: Call, root: string, verb: string): void {
  if (call.state.denied.has(`${verb} ${root}`)) throw noPermission(verb)
  if (call.impersonator && !rulesOf(root).impersonation) throw noPermission(verb)
}

/** The id in the URL decides to whom a child belongs; a body that names another one is a trap. */
function bindParent(call: Call, parent: Parent | undefined, sent: Sent): void {
  if (!parent) return
  const id = call.ids[0]!
  const named = sent.fields[parent.field]
  if (named !== undefined && named !== null && named !== id)
    throw strict(`${parent.field} does not match the URL.`, `${parent.field} differs from the URL`)
  if (!get(call.state, parent.root, id)) throw missing(parent.root, id)
  sent.fields[parent.field] = id
}

/** The stamps that the entity happens to have among the vendor's many names for the same thing. */
function stampRow(call: Call, root: string, row: Rec, created: boolean): void {
  const known = fieldsOf(root)
  const set = (names: string[], value: Rec[string]) => {
    for (const name of names) if (name in known) row[name] = value
  }
  const now = stamp(call.now)
  const impersonator = call.impersonator?.id
  if (created) {
    set(['createDate', 'createDateTime', 'createdDateTime', 'createdTime'], now)
    set(['creatorResourceID', 'createdByResourceID', 'createdByPersonID', 'creatorUserID'], callerId(call))
    set(['creatorType'], 1)
    set(['impersonatorCreatorResourceID'], impersonator)
  } else set(['impersonatorUpdaterResourceID'], impersonator)
  set(['lastActivityDate', 'lastActivityDateTime', 'lastModifiedDate', 'lastModifiedDateTime'], now)
  set(['lastModifiedTime', 'lastTrackedModificationDateTime', 'lastTrackedModifiedDateTime'], now)
  set(['updateDateTime'], now)
  set(['lastActivityResourceID', 'lastModifiedUserID', 'lastActivityPersonID'], callerId(call))
  set(['lastActivityPersonType'], 1)
}

/** The draft replaces the record only after every check, so that a refused write leaves no trace. */
function save(call: Call, root: string, sent: Sent, previous: Rec | undefined, draft: Rec): Rec {
  const behaviour = behaviours[root]
  Object.assign(draft, sent.fields)
  if (Object.keys(sent.udfs).length > 0) draft.$udfs = { ...udfsOf(draft), ...sent.udfs }
  behaviour?.prepare?.(call, draft, sent.fields, previous)
  check(call.state, root, draft, previous ? sent.fields : draft, previous)
  behaviour?.check?.(call, draft, sent.fields, previous)
  const before = previous && { ...previous }
  stampRow(call, root, draft, !previous)
  let row = draft
  if (previous) row = Object.assign(previous, draft)
  else insert(call.state, root, row)
  behaviour?.after?.(call, row, sent.fields, before)
  return row
}

function create(call: Call, root: string, parent: Parent | undefined): Answer {
  const sent = readBody(call.state, root, call.body)
  if (sent.id) throw invalid('The id of a new record must be empty or 0')
  bindParent(call, parent, sent)
  const limit = rulesOf(root).perParent
  if (parent && limit !== undefined) {
    const siblings = all(call.state, root).filter((row) => row[parent.field] === call.ids[0])
    if (siblings.length >= limit)
      throw invalid(`A ${singular(parent.root)} is limited to ${limit} of ${singular(root)}`)
  }
  return ok({ itemId: Number(save(call, root, sent, undefined, {}).id) })
}

function update(call: Call, root: string, parent: Parent | undefined): Answer {
  const sent = readBody(call.state, root, call.body)
  const row = get(call.state, root, sent.id)
  if (!row || (parent && row[parent.field] !== call.ids[0])) throw missing(root, sent.id)
  bindParent(call, parent, sent)
  if (call.method === 'PUT') {
    // A PUT says everything: what it leaves out is emptied, user-defined fields too.
    for (const [name, type] of Object.entries(fieldsOf(root))) {
      const writable = type !== 'udfs' && type !== 'base64' && !isReadOnly(root, name)
      if (writable && !rulesOf(root).fixed?.includes(name)) sent.fields[name] ??= null
    }
    for (const { name } of call.state.udfs.get(root) ?? []) sent.udfs[name] ??= null
  }
  save(call, root, sent, row, { ...row })
  return ok({ itemId: Number(row.id) })
}

function remove(call: Call, root: string, parent: Parent | undefined): Answer {
  const id = call.ids.at(-1)
  const row = get(call.state, root, id)
  if (!row || (parent && row[parent.field] !== call.ids[0])) throw missing(root, id)
  behaviours[root]?.beforeDelete?.(call, row)
  table(call.state, root).rows.delete(Number(id))
  behaviours[root]?.afterDelete?.(call, row)
  return ok({ itemId: Number(id) })
}

const VERB_NAMES: Record<Verb, string> = { POST: 'create', PATCH: 'edit', PUT: 'edit', DELETE: 'delete' }

/** Writes to a collection: ids stand in the body, except for a DELETE. */
export function writeRoutes(root: string, template: string, parentRoot?: string): Route[] {
  const parent = parentRoot === undefined ? undefined : { root: parentRoot, field: parentField(parentRoot) }
  return (rulesOf(root).writes ?? []).map((method) => ({
    method,
    template: method === 'DELETE' ? `${template}/{id}` : template,
    handler: (call) => {
      mayWrite(call, root, VERB_NAMES[method])
      if (method === 'DELETE') return remove(call, root, parent)
      if (isRec(call.body) && call.query.size > 0) throw strict('A write has no query.', 'query on a write')
      return method === 'POST' ? create(call, root, parent) : update(call, root, parent)
    },
  }))
}
