import type { Vendor } from '../../schema/source.ts'
import type { Choices } from './choices.ts'

export interface Honest {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly writes: boolean
}

/** Records of one connection by type, as the vendor numbers them. */
export type Keys = (
  type: 'Ticket' | 'Contact' | 'Company' | 'Member' | 'Note' | 'TimeEntry' | 'Board',
) => string

type Members = Readonly<Record<string, () => unknown>>

/** Some members of a body: those that it has to have, and any of the others. */
function bodyOf(choose: Choices, must: Members, may: Members): Record<string, unknown> {
  const chosen = Object.keys(may).length === 0 ? [] : choose.some(Object.keys(may), 3)
  const made = Object.entries({ ...must, ...Object.fromEntries(chosen.map((name) => [name, may[name]])) })
  return Object.fromEntries(made.map(([name, make]) => [name, make?.()]))
}

const TEXT = () => 'Asked for by the client'
const LATER = () => '2026-11-20T10:00:00Z'
const EARLIER = () => '2026-11-20T09:00:00Z'

/** A request as somebody would write it who knows the vendor's documents. */
export function honest(choose: Choices, vendor: Vendor, key: Keys): Honest {
  const number = (type: Parameters<Keys>[0]) => Number(key(type))
  const bool = () => choose.chance(50)
  const read = (path: string, query: Honest['query'] = {}): Honest => ({
    method: 'GET',
    path,
    query,
    writes: false,
  })
  const write = (method: string, path: string, body?: unknown): Honest => ({
    method,
    path,
    body,
    writes: true,
  })
  const of = (makers: readonly (() => Honest)[]) => choose.of(makers)()

  switch (vendor) {
    case 'connectwise': {
      const patch = (members: Members) =>
        Object.entries(bodyOf(choose, {}, members)).map(([path, value]) => ({ op: 'replace', path, value }))
      const fields = ['id,summary', 'id,summary,contact/name', 'id,company/name,owner/identifier', 'id']
      const conditions = ['id > 0', 'company/name = "x"', 'contact/name like "A%"', 'closedFlag = false']
      const list = (path: string) =>
        read(path, {
          pageSize: '3',
          ...(bool() && { fields: choose.of(fields) }),
          ...(choose.chance(30) && { conditions: choose.of(conditions) }),
        })
      return of([
        () => list('/service/tickets'),
        () => read(`/service/tickets/${key('Ticket')}`, bool() ? { fields: choose.of(fields) } : {}),
        () => read(`/service/tickets/${key('Ticket')}/notes`, { pageSize: '5' }),
        () => read(`/company/contacts/${key('Contact')}`),
        () => read('/company/contacts', { pageSize: '3' }),
        () => read(`/company/companies/${key('Company')}`),
        () => read('/time/entries', { pageSize: '3' }),
        () => read('/system/members', { pageSize: '3' }),
        () => read('/service/tickets/count'),
        () =>
          write(
            'PATCH',
            `/service/tickets/${key('Ticket')}`,
            patch({
              summary: TEXT,
              status: () => ({ name: choose.of(['New Qcw', 'In Progress Qcw', 'Assigned Qcw']) }),
              owner: () => ({ id: number('Member') }),
              company: () => ({ id: number('Company') }),
              contact: () => ({ id: number('Contact') }),
              priority: () => ({ id: choose.of([1, 2, 3, 4]) }),
              processNotifications: bool,
              automaticEmailContactFlag: bool,
              parentTicketId: () => number('Ticket'),
              customFields: () => [{ id: 1, value: 'x' }],
            }),
          ),
        () =>
          write(
            'POST',
            '/service/tickets',
            bodyOf(
              choose,
              {
                summary: TEXT,
                company: () => ({ id: number('Company') }),
                board: () => ({ id: number('Board') }),
              },
              { initialDescription: TEXT, initialInternalAnalysis: TEXT, processNotifications: () => false },
            ),
          ),
        () =>
          write(
            'POST',
            `/service/tickets/${key('Ticket')}/notes`,
            bodyOf(
              choose,
              { text: TEXT },
              {
                detailDescriptionFlag: bool,
                internalAnalysisFlag: bool,
                resolutionFlag: bool,
                processNotifications: () => choose.chance(20),
              },
            ),
          ),
        () =>
          write('PATCH', `/service/tickets/${key('Ticket')}/notes/${key('Note')}`, [
            { op: 'replace', path: 'text', value: 'x' },
          ]),
        () =>
          write(
            'POST',
            '/time/entries',
            bodyOf(
              choose,
              {
                chargeToId: () => number('Ticket'),
                chargeToType: () => 'ServiceTicket',
                timeStart: EARLIER,
                timeEnd: LATER,
              },
              {
                notes: TEXT,
                internalNotes: TEXT,
                addToDetailDescriptionFlag: () => false,
                addToInternalAnalysisFlag: bool,
                addToResolutionFlag: () => false,
                emailContactFlag: () => false,
                emailCcFlag: () => false,
              },
            ),
          ),
        () =>
          write(
            'PATCH',
            `/company/contacts/${key('Contact')}`,
            patch({ firstName: TEXT, title: TEXT, inactiveFlag: bool }),
          ),
        () =>
          write('POST', `/service/tickets/${key('Ticket')}/merge`, { mergeTicketIds: [number('Ticket')] }),
        () =>
          write('POST', `/service/tickets/${key('Ticket')}/attachChildren`, {
            childTicketIds: [number('Ticket')],
          }),
        () => write('DELETE', `/service/tickets/${key('Ticket')}`),
      ])
    }
    case 'autotask': {
      const query = (entity: string) => ({
        method: 'POST',
        path: `/${entity}/query`,
        body: {
          filter: [{ op: choose.of(['gt', 'eq']), field: 'id', value: choose.of([0, 1, number('Ticket')]) }],
          MaxRecords: 3,
          ...(bool() && {
            IncludeFields: ['id', choose.of(['title', 'contactID', 'companyID', 'description'])],
          }),
        },
        writes: false,
      })
      return of([
        () => query('Tickets'),
        () => query('Contacts'),
        () => query('TicketNotes'),
        () => query('TimeEntries'),
        () => query('Companies'),
        () => query('Resources'),
        () => read(`/Tickets/${key('Ticket')}`),
        () => read(`/Contacts/${key('Contact')}`),
        () => read(`/Tickets/${key('Ticket')}/Notes`),
        () => read(`/Companies/${key('Company')}`),
        () =>
          write(
            'PATCH',
            '/Tickets',
            bodyOf(
              choose,
              { id: () => number('Ticket') },
              {
                title: TEXT,
                status: () => choose.of([1, 8, 9]),
                priority: () => choose.of([1, 2, 3]),
                companyID: () => number('Company'),
                contactID: () => number('Contact'),
                description: TEXT,
                resolution: TEXT,
                problemTicketId: () => number('Ticket'),
                dueDateTime: LATER,
              },
            ),
          ),
        () =>
          write('POST', '/Tickets', {
            title: 'x',
            companyID: number('Company'),
            status: 1,
            priority: 2,
            queueID: number('Board'),
            dueDateTime: LATER(),
            ...(bool() && { description: 'x' }),
          }),
        () =>
          write('POST', `/Tickets/${key('Ticket')}/Notes`, {
            title: 'x',
            description: 'x',
            noteType: 1,
            publish: choose.of([1, 2]),
          }),
        () =>
          write('POST', '/TimeEntries', {
            ticketID: number('Ticket'),
            resourceID: number('Member'),
            roleID: 29_682_901,
            dateWorked: EARLIER(),
            startDateTime: EARLIER(),
            endDateTime: LATER(),
            summaryNotes: 'x',
          }),
        () => write('PATCH', `/Companies/${key('Company')}/Contacts`, { id: number('Contact'), title: 'x' }),
        () => write('DELETE', `/Companies/${key('Company')}/Contacts/${key('Contact')}`),
      ])
    }
    case 'halo':
      return of([
        () =>
          read('/Tickets', {
            pageinate: 'true',
            page_size: '3',
            page_no: '1',
            ...(bool() && { includelastaction: 'true' }),
          }),
        () => read(`/Tickets/${key('Ticket')}`, bool() ? { includedetails: 'true' } : {}),
        () => read('/Actions', { ticket_id: key('Ticket'), count: '5' }),
        () => read(`/Users/${key('Contact')}`),
        () => read('/Users', { count: '3' }),
        () => read(`/Client/${key('Company')}`),
        () => read('/Agent'),
        () =>
          write('POST', '/Tickets', [
            bodyOf(
              choose,
              { id: () => number('Ticket') },
              {
                summary: TEXT,
                status_id: () => choose.of([1, 2, 3]),
                agent_id: () => number('Member'),
                priority_id: () => choose.of([1, 2, 3]),
                client_id: () => number('Company'),
                user_id: () => number('Contact'),
                details: TEXT,
                parent_id: () => number('Ticket'),
                sendack: bool,
                timetaken: () => 1,
                emailcclist: () => 'x@y.example',
              },
            ),
          ]),
        () =>
          write('POST', '/Tickets', [
            { summary: 'x', details: 'x', client_id: number('Company'), tickettype_id: 1 },
          ]),
        () =>
          write('POST', '/Actions', [
            bodyOf(
              choose,
              { ticket_id: () => number('Ticket'), note: TEXT, outcome_id: () => choose.of([1, 2, 7]) },
              {
                hiddenfromuser: () => choose.chance(70),
                sendemail: () => choose.chance(15),
                timetaken: () => 1,
                new_status: () => choose.of([1, 2]),
                new_agent: () => number('Member'),
                emailto: () => 'x@y.example',
              },
            ),
          ]),
        () => write('POST', '/Users', [{ id: number('Contact'), firstname: 'x' }]),
        () => write('POST', '/Users', [{ firstname: 'x', surname: 'y', site_id: 1 }]),
        () => write('DELETE', `/Tickets/${key('Ticket')}`),
        () => write('DELETE', `/Users/${key('Contact')}`),
      ])
    case 'servicenow': {
      const fields = [
        'sys_id,number,short_description',
        'sys_id,caller_id.name',
        'sys_id,assigned_to.name,company',
        'sys_id,company.name',
        'sys_id,description',
      ]
      const queries = [
        'active=true',
        'caller_id.nameLIKEa',
        'company.nameSTARTSWITHA',
        'short_descriptionLIKEx^ORDERBYDESCsys_created_on',
      ]
      const rows = (table: string) =>
        read(`/api/now/table/${table}`, {
          sysparm_limit: '3',
          ...(table === 'incident' && bool() && { sysparm_fields: choose.of(fields) }),
          ...(table === 'incident' && choose.chance(30) && { sysparm_query: choose.of(queries) }),
        })
      const incident = () => `/api/now/table/incident/${key('Ticket')}`
      return of([
        () => rows('incident'),
        () => rows('sys_user'),
        () => rows('core_company'),
        () => rows('sys_journal_field'),
        () => rows('task_time_worked'),
        () => read(incident(), bool() ? { sysparm_fields: choose.of(fields) } : {}),
        () => read(`/api/now/table/sys_user/${key('Contact')}`),
        () =>
          write(
            'PATCH',
            incident(),
            bodyOf(
              choose,
              {},
              {
                short_description: TEXT,
                description: TEXT,
                state: () => choose.of(['1', '2']),
                comments: TEXT,
                work_notes: TEXT,
                assigned_to: () => key('Member'),
                caller_id: () => key('Contact'),
                company: () => key('Company'),
                urgency: () => '2',
                parent_incident: () => key('Ticket'),
                watch_list: () => 'x@y.example',
                time_worked: () => '00:30:00',
              },
            ),
          ),
        () =>
          write('POST', '/api/now/table/incident', {
            short_description: 'x',
            company: key('Company'),
            ...(bool() && { comments: 'x' }),
          }),
        () =>
          write('POST', '/api/now/table/task_time_worked', {
            task: key('Ticket'),
            user: key('Member'),
            time_in_seconds: '1800',
            work_date: '2026-11-20',
          }),
        () => write('PATCH', `/api/now/table/sys_user/${key('Contact')}`, { title: 'x' }),
        () => write('DELETE', incident()),
      ])
    }
  }
}
