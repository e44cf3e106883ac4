/** The default lookup: impact by urgency. */
const LOOKUP: Readonly<Record<string, string>> = {
  '1,1': '1',
  '1,2': '2',
  '2,1': '2',
  '1,3': '3',
  '2,2': '3',
  '3,1': '3',
  '2,3': '4',
  '3,2': '4',
  '3,3': '5',
}

export const priorityOf = (impact: string | undefined, urgency: string | undefined): string | undefined =>
  LOOKUP[`${impact},${urgency}`]
