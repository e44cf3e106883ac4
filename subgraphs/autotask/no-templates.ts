/** API.md 13: the service has categories of tickets, and no templates. */
export const NO_TEMPLATES = "Autotask's API has no templates of tickets, and none of recurring ones."
