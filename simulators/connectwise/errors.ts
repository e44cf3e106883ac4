import { VendorError } from '../shared/vendor-error.ts'

export interface FieldError {
  code: string
  message: string
  resource: string
  field: string
}

const plain = (status: number, code: string, message: string, refused?: string) =>
  new VendorError(status, { code, message, errors: null }, refused)

export const badCondition = (message: string) => plain(400, 'ApiFindCondition', message)
export const badRequest = (message: string, refused?: string) =>
  plain(400, 'ConnectWiseApi', message, refused)
export const notFound = (resource: string, id: number | string) =>
  plain(404, 'NotFound', `${resource} ${id} not found`)
export const noEndpoint = (refused?: string) =>
  new VendorError(
    404,
    { code: 'ConnectWiseApi', message: 'The endpoint does not exist.', errors: null },
    refused,
  )
/** The vendor's JSON reader gives up on a wrong type with a server error. */
export const wrongType = (message: string) => plain(500, 'ConnectWiseApi', message)

export const invalidObject = (resource: string, errors: FieldError[], message?: string) =>
  new VendorError(400, {
    code: 'InvalidObject',
    message: message ?? `${resource} object is invalid`,
    errors: errors.map((error) => ({ ...error })),
  })

export const fieldError = (code: string, resource: string, field: string, message: string): FieldError => ({
  code,
  message,
  resource,
  field,
})
export const missing = (resource: string, field: string) =>
  invalidObject(resource, [fieldError('MissingRequiredField', resource, field, `${field} is required.`)])
