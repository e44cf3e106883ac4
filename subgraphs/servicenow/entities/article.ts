import { type EntitySpec, plain, textField } from '../projection.ts'
import { valueAt } from '../rows.ts'
import { isoTime } from '../times.ts'

export const articleSpec: EntitySpec = {
  type: 'Article',
  group: 'Knowledge Base',
  table: 'kb_knowledge',
  keyOf: ({ sysId }) => sysId,
  fields: {
    title: textField('short_description'),
    text: textField('text'),
    updatedAt: plain(['sys_updated_on'], (row) => isoTime(valueAt(row, 'sys_updated_on'))),
    active: plain(['workflow_state'], (row) => valueAt(row, 'workflow_state') === 'published'),
  },
}
