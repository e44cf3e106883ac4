/** Numbers, and ids of 32 hexadecimal digits or in a GUID's form: what vendors call their records in paths. */
const RECORD_ID = /^(?:\d+|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** Requests to different records of one endpoint count together: `/service/tickets/{id}/notes`. */
export function pathTemplate(path: string): string {
  return path
    .split('/')
    .map((segment) => (RECORD_ID.test(segment) ? '{id}' : segment))
    .join('/')
    .slice(0, 200)
}
