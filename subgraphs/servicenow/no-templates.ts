/** groups.tsv, sys_template: a table of configuration in the group System, whose columns are not documented. */
export const NO_TEMPLATES = 'Templates of ServiceNow are configuration: what they fill in is not documented.'
