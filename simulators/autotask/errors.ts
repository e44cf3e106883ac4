import type { Json } from '../shared/json.ts'

/** Thrown anywhere below the server; its body goes out as it stands, a string as HTML, none as nothing. */
export class ApiError extends Error {
  readonly status: number
  readonly body: Json | undefined
  /** Set when the simulator is stricter than the vendor, so that a journal reader can tell. */
  readonly refused: string | undefined
  readonly headers: Record<string, string>

  constructor(
    status: number,
    body: Json | undefined,
    refused?: string,
    headers: Record<string, string> = {},
  ) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
    this.refused = refused
    this.headers = headers
  }
}

/** Validation, permission and missing references alike are a 500 with texts; a 500 without them is an outage. */
export const invalid = (errors: string | string[]) =>
  new ApiError(500, { errors: Array.isArray(errors) ? errors : [errors] })
/** Batches of the SOAP ancestor live on in these texts. */
export const onRecord = (message: string) => `${message} ; on record number [1].`
export const malformed = (message: string) => new ApiError(400, { errors: [message] })
/** What the vendor is said to overlook and the simulator does not. */
export const strict = (message: string, refused: string) => new ApiError(400, { errors: [message] }, refused)

export const noRoute = (uri: string, refused?: string) =>
  new ApiError(404, { Message: `No HTTP resource was found that matches the request URI '${uri}'.` }, refused)
export const noMethod = (method: string) =>
  new ApiError(405, { Message: `The requested resource does not support http method '${method}'.` })
export const noField = (field: string, entity: string) =>
  invalid(`Unable to find ${field} in the ${entity} Entity`)
export const noPermission = (verb: string) =>
  invalid(`The logged in Resource does not have adequate permissions to ${verb} this entity`)
