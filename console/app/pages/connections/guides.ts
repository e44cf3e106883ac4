import type { Vendor } from '../../../../generated/console.ts'

interface Guide {
  /** What the address looks like. */
  readonly address: string
  readonly steps: readonly string[]
  /** What the rights are cut down to. */
  readonly rights: readonly string[]
  /** Under whose name writes appear where the test does not tell. */
  readonly appearsAs: string
}

/**
 * How each PSA is prepared, with no more rights than an AI agent can need. Only menus that documents name: Autotask's
 * and ServiceNow's help pages (Security Levels, Adding an API user; Create an endpoint for clients, OAuth Application
 * User), Halo's guide to its API, and for ConnectWise what makers of integrations tell their customers alike.
 */
export const GUIDES: Readonly<Record<Vendor, Guide>> = {
  connectwise: {
    address: 'https://api-na.myconnectwise.net',
    steps: [
      'System > Security Roles: make a role “Countersign” with the rights below and nothing else.',
      'System > Members > API Members: add a member with this role. It needs no licence.',
      'On the API Keys tab of that member, add a key and copy both halves: the private key is shown this once.',
      'Register an integration with ConnectWise to get its client id, which every call carries.',
      'The address is your region with “api-” before it: api-na, api-eu, api-au, api-aus or api-za, then .myconnectwise.net. On your own server it is that server.',
    ],
    rights: [
      'Companies > Company Maintenance and Contacts: Inquire, All',
      'Companies > Configurations: Inquire, All',
      'Service Desk > Service Tickets: Add, Edit and Inquire, All',
      'Service Desk > Close Service Tickets: Add, Edit and Inquire, All',
      'Time & Expense > Time Entry: Add, Edit and Inquire, All (only when AI agents log time)',
      'System > Table Setup, Member Maintenance: Inquire, All',
      'Nothing under Delete, and nothing of Finance or Security',
    ],
    appearsAs: 'the API member that the keys belong to',
  },
  autotask: {
    address: 'https://webservices.autotask.net',
    steps: [
      'Admin > Organization Settings & Users > Resources/Users (HR) > Security > Security Levels: copy the level “API User (system) (API-only)” and cut the copy down to the rights below.',
      'Admin > Organization Settings & Users > Resources/Users (HR) > Resources/Users: New > New API User, with this level.',
      'Give it a user name and a password: they are what Autotask calls key and secret.',
      'Give it a custom API Tracking Identifier, which is its integration code, and copy it.',
      'The address below serves every zone: yours is found by itself.',
    ],
    rights: [
      'CRM > Companies, Contacts: View, All',
      'Service Desk > Tickets, Ticket notes: View, Add and Edit, All',
      'Timesheets > Time entries: View, Add and Edit, All (only when AI agents log time)',
      'Admin > Resources/Users: View, All',
      'Nothing under Delete',
      'Rows that the level hides are missing without a word: look at a ticket that you know afterwards.',
    ],
    appearsAs: 'the API user',
  },
  halo: {
    address: 'https://yourcompany.halopsa.com',
    steps: [
      'Configuration > Teams & Agents > Agents: add an agent “Countersign”, tick “Is an API-only Agent”, and cut its permissions down to the rights below.',
      'Configuration > Integrations > Halo API > View Applications: add one with the authentication method “Client ID and Secret (Services)”.',
      'Under “Login Type” choose Agent, and as the agent to log in as the one that you have made.',
      'On its Permissions tab give it the scopes below.',
      'Copy client id and secret: the secret is shown this once. The tenant name stands on the page Halo API.',
    ],
    rights: [
      'Scopes read:tickets, edit:tickets, read:customers and all:standard; read:assets for configurations',
      'edit:timesheets only when AI agents log time',
      'Never the scope “all” or “admin”: it reaches what no AI agent may',
      'The agent itself: tickets read and modify, customers and users read, no deleting, no configuration',
    ],
    appearsAs: 'the agent that the application logs in as',
  },
  servicenow: {
    address: 'https://yourinstance.service-now.com',
    steps: [
      'Add a user for the integration that has web service access only (web_service_access_only) and the time zone GMT.',
      'Give it the roles below, and never admin or security_admin.',
      'System OAuth > Application Registry > New: create an OAuth API endpoint for external clients, and copy client id and secret.',
      'For client credentials, name the integration user as the OAuth Application User of that entry (Configure > Form Design adds the field where it is missing), and leave user name and password empty here.',
    ],
    rights: [
      'itil for incidents, sn_customerservice_agent for cases',
      'snc_platform_rest_api_access where the REST ACLs are switched on',
      'Read ACLs on sys_choice, sys_dictionary and sys_journal_field for its role: without them lists and notes stay empty',
    ],
    appearsAs: 'the integration user',
  },
}
