import { VendorError } from '../shared/vendor-error.ts'

export { VendorError }

/** The vendor's usual refusal: a bare JSON string with one sentence. */
export const sentence = (status: number, text: string, refused?: string) =>
  new VendorError(status, text, refused)

/** 401, 403, 404 and 405 come without a word. */
export const silent = (status: number, refused?: string) => new VendorError(status, '', refused)

export const TICKET_NOT_FOUND = 'Ticket not found, or you do not have access to this Ticket.'

/** What the framework below the vendor's code says of input that it could not bind. */
export const unbindable = (errors: Record<string, string[]>, refused?: string) =>
  new VendorError(
    400,
    {
      type: 'https://tools.ietf.org/html/rfc7231#section-6.5.1',
      title: 'One or more validation errors occurred.',
      status: 400,
      errors,
    },
    refused,
  )

/** Where the vendor would silently go on and the simulator will not, so that a mistake shows in a test. */
export const strict = (what: string) => new VendorError(400, { error: `Simulator: ${what}` }, what)
