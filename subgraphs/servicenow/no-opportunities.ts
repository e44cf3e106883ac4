/** API.md 13, Opportunity. */
export const NO_OPPORTUNITIES =
  "Opportunities of ServiceNow need its product for sales, which an MSP's instance rarely has: its tables are not read."
