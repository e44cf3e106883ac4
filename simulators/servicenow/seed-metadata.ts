import type { Dataset } from '../dataset/index.ts'
import { definitionOf, ownColumnsOf, shippedChoices, tableNames } from './schema.ts'
import type { Add } from './seeding.ts'

/** How a choice value is made from its label. */
export const valueFor = (label: string): string =>
  label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

type Choices = Record<string, Record<string, Record<string, string>>>

const byLabel = (labels: readonly string[]) =>
  Object.fromEntries(labels.map((label) => [valueFor(label), label]))
/** By the id of the data set's source. */
export const contactTypes = [
  'email',
  'phone',
  'self-service',
  'monitoring',
  'walk-in',
  'security_alert',
] as const

/** The lists that an instance ships with and those that this MSP made. */
function choicesOf(dataset: Dataset): Choices {
  const incident = shippedChoices.incident!
  const boards = dataset.boards.filter((board) => !board.project)
  const types = [...new Set(boards.flatMap((board) => board.types.map((type) => type.name)))]
  const categories = {
    ...byLabel(['Task work', 'Admin', 'Meeting', 'Training']),
    ...byLabel(dataset.workTypes.map((type) => type.name)),
  }
  const causes = dataset.customFields.find((field) => field.list)?.list ?? []
  return {
    ...shippedChoices,
    task: {
      state: {
        '-5': 'Pending',
        '1': 'Open',
        '2': 'Work in Progress',
        '3': 'Closed Complete',
        '4': 'Closed Incomplete',
        '7': 'Closed Skipped',
      },
      priority: incident.priority!,
      impact: incident.impact!,
      urgency: incident.urgency!,
      approval: {
        'not requested': 'Not Yet Requested',
        requested: 'Requested',
        approved: 'Approved',
        rejected: 'Rejected',
      },
      contact_type: Object.fromEntries(
        contactTypes.map((value, index) => [value, dataset.sources[index]?.name ?? value]),
      ),
      u_root_cause: Object.fromEntries(causes.map((cause) => [cause, cause])),
    },
    incident: {
      ...incident,
      severity: { '1': '1 - High', '2': '2 - Medium', '3': '3 - Low' },
      category: { inquiry: 'Inquiry / Help', ...byLabel(types) },
    },
    change_request: {
      ...shippedChoices.change_request,
      type: { standard: 'Standard', normal: 'Normal', emergency: 'Emergency' },
    },
    cmdb_ci: {
      install_status: { '1': 'Installed', '7': 'Retired' },
      operational_status: { '1': 'Operational', '6': 'Retired' },
    },
    task_time_worked: { category: categories },
    time_card: { ...shippedChoices.time_card, category: categories },
  }
}

const label = (element: string) =>
  element
    .replace(/^u_/, '')
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')

/** Choices, dictionary and the table of tables. */
export function seedMetadata(dataset: Dataset, add: Add): void {
  const choice = (
    name: string,
    element: string,
    value: string,
    text: string,
    sequence: number,
    dependent?: string,
  ) =>
    add('sys_choice', 'sys_choice', `${name}.${element}.${dependent ?? ''}.${value}`, {
      name,
      element,
      value,
      label: text,
      sequence: String(sequence),
      inactive: 'false',
      language: 'en',
      dependent_value: dependent,
    })
  for (const [name, elements] of Object.entries(choicesOf(dataset))) {
    for (const [element, values] of Object.entries(elements)) {
      for (const [index, [value, text]] of Object.entries(values).entries())
        choice(name, element, value, text, index)
    }
  }
  const seen = new Set<string>()
  for (const board of dataset.boards.filter((candidate) => !candidate.project)) {
    for (const triple of board.triples) {
      const type = board.types.find((candidate) => candidate.id === triple.typeId)!
      const subType = board.subTypes.find((candidate) => candidate.id === triple.subTypeId)
      const key = `${type.name}.${subType?.name}`
      if (!subType || seen.has(key)) continue
      seen.add(key)
      choice('incident', 'subcategory', valueFor(subType.name), subType.name, seen.size, valueFor(type.name))
    }
  }

  for (const name of tableNames) {
    const table = definitionOf(name)
    add('sys_db_object', 'sys_db_object', name, {
      name,
      label: table.label,
      super_class: table.extends,
      ws_access: 'true',
    })
    // The row without an element stands for the table itself.
    add('sys_dictionary', 'sys_dictionary', name, {
      name,
      internal_type: 'collection',
      column_label: table.label,
      active: 'true',
    })
    for (const [element, column] of Object.entries(ownColumnsOf(name))) {
      add('sys_dictionary', 'sys_dictionary', `${name}.${element}`, {
        name,
        element,
        column_label: label(element),
        internal_type: column.type,
        reference: column.reference,
        max_length: String(column.max ?? 40),
        mandatory: String(column.mandatory ?? false),
        read_only: String(column.readOnly ?? false),
        choice: column.choice ? '3' : '0',
        default_value: column.default,
        active: 'true',
      })
    }
  }
}
