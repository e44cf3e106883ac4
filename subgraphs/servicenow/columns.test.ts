import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentsOf } from '../../scripts/endpoints.ts'
import { columnsOfDocuments } from '../../scripts/servicenow-columns.ts'
import { catalogueOf, tablesOf } from '../catalogue/index.ts'
import { columnOf, columnsOf, isJournal, isTask, lineageOf } from './columns.ts'
import { CLOSED, groupOfTable } from './raw/column-groups.ts'

const documents = documentsOf('servicenow')

describe('columns of tables', () => {
  it.runIf(existsSync(documents))('are those of the documents', () => {
    expect(readFileSync(new URL('./columns.tsv', import.meta.url), 'utf8')).toBe(columnsOfDocuments())
  })
  it.skipIf(existsSync(documents))('are not compared: the vendor documents are not here', () => {})

  it('are inherited', () => {
    expect(lineageOf('cmdb_ci_server')).toEqual(['cmdb_ci_server', 'cmdb_ci_computer', 'cmdb_ci', 'cmdb'])
    expect(columnOf('incident', 'assigned_to')).toEqual({ type: 'reference', reference: 'sys_user' })
    expect(columnOf('incident', 'u_nobody')).toBeUndefined()
    expect(columnOf('incident', 'constructor')).toBeUndefined()
    expect(isJournal('change_request', 'comments')).toBe(true)
    expect(isJournal('task_time_worked', 'comments')).toBe(false)
    expect([isTask('incident'), isTask('core_company')]).toEqual([true, false])
  })

  it('of a table that nothing is known of are those that every row has', () => {
    expect([...columnsOf('sn_hr_core_case').keys()]).toContain('sys_id')
    expect(columnOf('sn_hr_core_case', 'short_description')).toBeUndefined()
  })
})

/** Reading a class reads every class below it, so their rows must be of its group, or it of nobody's (API.md 1). */
describe('classes', () => {
  const tables = [...tablesOf(catalogueOf('servicenow').endpoints).keys()]
  it('are of the group of the class above them, wherever anybody may read that', () => {
    const crossing = tables.flatMap((table) => {
      const group = groupOfTable(table)
      return lineageOf(table)
        .slice(1)
        .filter((above) => ![undefined, CLOSED, group].includes(groupOfTable(above)))
        .map((above) => `${table} (${group}) below ${above} (${groupOfTable(above)})`)
    })
    // All people demand both groups.
    expect(crossing).toEqual(['customer_contact (Contacts) below sys_user (Members)'])
  })
})
