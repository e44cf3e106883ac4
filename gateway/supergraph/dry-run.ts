import {
  type ASTVisitor,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type ValidationContext,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { badInput } from '../../schema/errors.ts'

const DIRECTIVE = 'dryRun'
const ARGUMENT = 'dryRun'

/** A `dryRun` argument whose value is known only with the request's variables: on when one of these is on. */
export interface DryRunSwitch {
  /** The variable that we add to the operation. */
  readonly variable: string
  /** Variable names: of the directive, and of the argument that stood there as well. */
  readonly directive: string
  readonly argument: string | undefined
}

export interface DryRunRewrite {
  readonly document: DocumentNode
  readonly switches: readonly DryRunSwitch[]
}

/** A public write is a field of Mutation with the argument `dryRun`. */
function isWrite(
  parent: string | undefined,
  field: GraphQLField<unknown, unknown> | null | undefined,
): boolean {
  return parent === 'Mutation' && field?.args.some(({ name }) => name === ARGUMENT) === true
}

/** Validation rule: `@dryRun` anywhere but on a public write would promise what it can't keep. */
export function dryRunOnlyOnWrites(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const directive = directiveOf(node)
      if (directive === undefined || isWrite(context.getParentType()?.name, context.getFieldDef())) return
      context.reportError(
        new GraphQLError('"@dryRun" stands on public write fields of Mutation only.', { nodes: directive }),
      )
    },
  }
}

/**
 * Turns `@dryRun` into the argument `dryRun`, because the planner drops directives. The document holds one
 * operation. An argument that turns the dry run on is never turned off by the directive.
 */
export function rewriteDryRun(document: DocumentNode, schema: GraphQLSchema): DryRunRewrite {
  const switches = new Map<string, DryRunSwitch>()
  const taken = variableNames(document)
  const typeInfo = new TypeInfo(schema)

  const switchFor = (directive: string, argument: string | undefined): ValueNode => {
    // The same pair of variables gets the same switch, so that equal fields still merge.
    const key = `${directive} ${argument ?? ''}`
    let found = switches.get(key)
    if (found === undefined) {
      let variable = `dryRun_${switches.size}`
      while (taken.has(variable)) variable = `${variable}_`
      taken.add(variable)
      found = { variable, directive, argument }
      switches.set(key, found)
    }
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: found.variable } }
  }

  const rewritten = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node): FieldNode | undefined {
        const directive = directiveOf(node)
        if (directive === undefined || !isWrite(typeInfo.getParentType()?.name, typeInfo.getFieldDef()))
          return undefined
        const value = combined(directive, node, switchFor)
        return {
          ...node,
          directives: node.directives?.filter((other) => other !== directive),
          arguments: [
            ...(node.arguments ?? []).filter(({ name }) => name.value !== ARGUMENT),
            ...(value === undefined
              ? []
              : [
                  {
                    kind: Kind.ARGUMENT as const,
                    name: { kind: Kind.NAME as const, value: ARGUMENT },
                    value,
                  },
                ]),
          ],
        }
      },
    }),
  )
  if (rewritten === document) return { document, switches: [] }
  return { document: withVariables(rewritten, [...switches.values()]), switches: [...switches.values()] }
}

/** The values of the added variables. @throws GatewayError BAD_USER_INPUT for a null */
export function switchValues(
  switches: readonly DryRunSwitch[],
  coerced: Readonly<Record<string, unknown>>,
): Record<string, boolean> {
  const values: Record<string, boolean> = {}
  for (const { variable, directive, argument } of switches) {
    // A variable left out takes the default of where it stands: on for the directive, off for the argument.
    const byDirective = booleanOf(coerced, directive, true)
    const byArgument = argument !== undefined && booleanOf(coerced, argument, false)
    values[variable] = byDirective || byArgument
  }
  return values
}

function booleanOf(coerced: Readonly<Record<string, unknown>>, name: string, absent: boolean): boolean {
  const value = Object.hasOwn(coerced, name) ? coerced[name] : absent
  if (typeof value !== 'boolean')
    throw badInput(`$${name}`, 'a Boolean, for it decides about a dry run', value)
  return value
}

function directiveOf(node: FieldNode): DirectiveNode | ConstDirectiveNode | undefined {
  return node.directives?.find(({ name }) => name.value === DIRECTIVE)
}

function combined(
  directive: DirectiveNode,
  node: FieldNode,
  switchFor: (directive: string, argument: string | undefined) => ValueNode,
): ValueNode | undefined {
  const on: ValueNode = { kind: Kind.BOOLEAN, value: true }
  const given = node.arguments?.find(({ name }) => name.value === ARGUMENT)?.value
  const condition = directive.arguments?.find(({ name }) => name.value === 'if')?.value
  if (condition === undefined) return on
  if (condition.kind === Kind.BOOLEAN) return condition.value ? on : given
  if (given?.kind === Kind.BOOLEAN && given.value) return on
  if (condition.kind !== Kind.VARIABLE) return on
  return switchFor(condition.name.value, given?.kind === Kind.VARIABLE ? given.name.value : undefined)
}

function variableNames(document: DocumentNode): Set<string> {
  const names = new Set<string>()
  visit(document, {
    Variable(node) {
      names.add(node.name.value)
    },
  })
  return names
}

function withVariables(document: DocumentNode, switches: readonly DryRunSwitch[]): DocumentNode {
  const used = new Set<string>()
  visit(document, {
    // A definition is no use.
    VariableDefinition() {
      return false
    },
    Variable(node) {
      used.add(node.name.value)
    },
  })
  return {
    ...document,
    definitions: document.definitions.map((definition): typeof definition => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return definition
      const operation: OperationDefinitionNode = {
        ...definition,
        variableDefinitions: [
          // What only the directive used is gone, and an unused variable is not valid.
          ...(definition.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
          ...switches.map(({ variable }) => ({
            kind: Kind.VARIABLE_DEFINITION as const,
            variable: { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: variable } },
            type: {
              kind: Kind.NON_NULL_TYPE as const,
              type: { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: 'Boolean' } },
            },
          })),
        ],
      }
      return operation
    }),
  }
}
