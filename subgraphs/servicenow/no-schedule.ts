/** API.md 13, ScheduleEntry: visits are planned by Field Service, whose tables an instance without that plugin does not have. */
export const NO_SCHEDULE =
  'ServiceNow plans no visits for tickets: its Field Service plugin does, as work orders of its own, and not every instance has it.'
