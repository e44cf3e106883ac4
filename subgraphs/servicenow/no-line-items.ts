/** API.md 13, Product: ordering starts approvals and flows, which a row written past them would skip. */
export const NO_LINE_ITEMS =
  'Tickets of ServiceNow have no line items: what is sold there is ordered from its catalogue, as a request of its own.'
