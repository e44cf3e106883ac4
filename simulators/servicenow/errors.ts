/** Thrown anywhere below the server; its body goes out as it stands. */
export class VendorError extends Error {
  readonly status: number
  readonly body: unknown
  /** Set when the simulator is stricter than the vendor, so that a journal reader can tell. */
  readonly refused: string | undefined
  readonly headers: Record<string, string>

  constructor(status: number, body: unknown, refused?: string, headers: Record<string, string> = {}) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
    this.refused = refused
    this.headers = headers
  }
}

export const errorBody = (message: string, detail: string | null = null) => ({
  error: { message, detail },
  status: 'failure',
})
export const failure = (status: number, message: string, detail: string | null = null, refused?: string) =>
  new VendorError(status, errorBody(message, detail), refused)

export const noResource = (refused?: string) =>
  failure(400, 'Requested URI does not represent any resource', null, refused)
export const invalidTable = (table: string, refused?: string) =>
  failure(400, `Invalid table ${table}`, null, refused)
/** The same for a row that is missing and one that is hidden. */
export const noRecord = () =>
  failure(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval")
export const aclException = (verb: 'Insert' | 'Update' | 'Delete') =>
  failure(403, 'Operation Failed', `ACL Exception ${verb} Failed due to security constraints`)
export const dataPolicy = (columns: readonly string[]) =>
  failure(
    403,
    'Operation Failed',
    `Data Policy Exception: The following fields are mandatory: ${columns.join(', ')}`,
  )
export const abortedByRule = (table: string, rule: string, id: string) =>
  failure(
    403,
    'Operation Failed',
    `Operation against file '${table}' was aborted by Business Rule '${rule}^${id}'. Business Rule Stack:${rule}`,
  )
export const unreadable = (detail: string) => failure(400, 'Exception while reading request', detail)
/** A refusal that the vendor would not make. */
export const tooStrict = (complaint: string) => failure(400, complaint, 'The simulator is strict', complaint)
