import type { Json, Rec } from '../shared/json.ts'
import { fieldsOf, singular } from './allowlists.ts'
import { type Call, ok, type Route } from './call.ts'
import { noRoute } from './errors.ts'
import { isQueryable, isReadOnly, rulesOf, targetOf } from './rules.ts'
import type { Picklist, State } from './state.ts'

const DATA_TYPES: Record<string, string> = { number: 'decimal', boolean: 'boolean', base64: 'byte[]' }

const picklistValues = (list: Picklist): Json =>
  list.values.map((entry, index) => ({
    value: String(entry.value),
    label: entry.label,
    isDefaultValue: entry.isDefault ?? false,
    sortOrder: index + 1,
    parentValue: entry.parent === undefined ? '' : String(entry.parent),
    isActive: !entry.inactive,
    isSystem: entry.system ?? false,
  }))

function field(state: State, root: string, name: string, type: string): Rec {
  const rules = rulesOf(root)
  const picklist = state.picklists.get(`${root}.${name}`)
  const target = picklist ? undefined : targetOf(name)
  return {
    name,
    dataType: DATA_TYPES[type] ?? type,
    length: rules.lengths?.[name] ?? 0,
    isRequired: rules.required?.includes(name) ?? false,
    isReadOnly: isReadOnly(root, name),
    isQueryable: isQueryable(root, name),
    isReference: target !== undefined,
    referenceEntityType: target === undefined ? '' : singular(target),
    isPickList: picklist !== undefined,
    picklistValues: picklist ? picklistValues(picklist) : null,
    picklistParentValueField: picklist?.parentField ?? '',
    isSupportedWebhookField: rules.webhooks ?? false,
  }
}

export function entityInfo(state: State, root: string): Rec {
  const writes = rulesOf(root).writes ?? []
  const access = (can: boolean, verb: string) =>
    can && !state.denied.has(`${verb} ${root}`) ? 'All' : 'None'
  const [canCreate, canUpdate, canDelete] = ['POST', 'PATCH', 'DELETE'].map((verb) =>
    writes.includes(verb as 'POST'),
  ) as [boolean, boolean, boolean]
  return {
    name: singular(root),
    canCreate,
    canDelete,
    canQuery: true,
    canUpdate,
    userAccessForCreate: access(canCreate, 'create'),
    userAccessForDelete: access(canDelete, 'delete'),
    userAccessForQuery: access(true, 'query'),
    userAccessForUpdate: access(canUpdate, 'edit'),
    hasUserDefinedFields: 'userDefinedFields' in fieldsOf(root),
    supportsWebhookCallouts: rulesOf(root).webhooks ?? false,
  }
}

function fields(call: Call, root: string) {
  const known = Object.entries(fieldsOf(root)).filter(([, type]) => type !== 'udfs')
  return ok({ fields: known.map(([name, type]) => field(call.state, root, name, type)) })
}

function udfFields(call: Call, root: string) {
  if (!('userDefinedFields' in fieldsOf(root)))
    throw noRoute(`${call.base}/${root}/entityInformation/userDefinedFields`)
  const udfs = call.state.udfs.get(root) ?? []
  return ok({
    fields: udfs.map(({ name, type, list }) => ({
      name,
      label: name,
      type: type === 'Number' ? 'decimal' : type === 'Date' ? 'datetime' : 'string',
      length: type === 'Text' ? 8000 : 0,
      description: '',
      isRequired: false,
      isReadOnly: false,
      isQueryable: true,
      isReference: false,
      referenceEntityType: '',
      isPickList: type === 'List',
      picklistValues: list
        ? list.map(({ value, label }, index) => ({
            value,
            label,
            isDefaultValue: false,
            sortOrder: index + 1,
            parentValue: '',
            isActive: true,
            isSystem: false,
          }))
        : null,
      picklistParentValueField: '',
      defaultValue: '',
      isSupportedWebhookField: rulesOf(root).webhooks ?? false,
    })),
  })
}

/** The same three answers below an entity's root name and below its parent. */
export function metadataRoutes(root: string, template: string): Route[] {
  const at = `${template}/entityInformation`
  return [
    { method: 'GET', template: at, handler: (call) => ok({ info: entityInfo(call.state, root) }) },
    { method: 'GET', template: `${at}/fields`, handler: (call) => fields(call, root) },
    { method: 'GET', template: `${at}/userDefinedFields`, handler: (call) => udfFields(call, root) },
  ]
}
