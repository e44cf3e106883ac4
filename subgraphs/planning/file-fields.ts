/** Of a file that is put onto a ticket, by the names that a policy lists; its bytes are `content`. */
export const FILE_FIELDS = ['clientVisible', 'content', 'fileName', 'ticket', 'title'] as const
