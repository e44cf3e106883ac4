import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  separateOperations,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import { fragmentsOf, rootFields } from '../supergraph/root-fields.ts'

export interface EventQuery {
  readonly text: string
  readonly variable: string
  /** Under which key the client wants the event. */
  readonly key: string
}

/** `subscription { approvalEvents {…} }` as the query for one of its events: `{ approvalEvent(seq: …) {…} }`. */
export function eventQuery(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  single: string,
): EventQuery {
  const nodes = rootFields(operation, fragmentsOf(document))
  const taken = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value))
  let variable = 'seq'
  while (taken.has(variable)) variable += '_'
  const key = nodes[0]?.alias?.value ?? nodes[0]?.name.value ?? single
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const
  const definition: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: name(variable) },
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('Int') } },
  }
  const bare: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: nodes.map((node) => ({
        ...node,
        alias: name(key),
        name: name(single),
        arguments: [
          { kind: Kind.ARGUMENT, name: name('seq'), value: { kind: Kind.VARIABLE, name: name(variable) } },
        ],
      })),
    },
  }
  const whole = {
    ...document,
    definitions: document.definitions.map((one) => (one === operation ? bare : one)),
  }
  const separate = Object.values(separateOperations(whole))[0] ?? whole
  // `after` is gone from the query, and a variable that only it used would be refused.
  const used = new Set<string>()
  visit(separate, {
    Variable({ name: { value } }) {
      used.add(value)
    },
  })
  const kept = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value))
  const query = visit(separate, {
    OperationDefinition(node) {
      return { ...node, variableDefinitions: [...kept, definition] }
    },
  })
  return { text: print(query), variable, key }
}

/** Only the variables that the event's query declares. */
export function variablesFor(
  { text, variable }: EventQuery,
  given: Readonly<Record<string, unknown>>,
  seq: number,
): Record<string, unknown> {
  const declared = Object.entries(given).filter(([name]) => new RegExp(`\\$${name}\\b`).test(text))
  return { ...Object.fromEntries(declared), [variable]: seq }
}
