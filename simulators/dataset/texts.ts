/** `{user}`, `{device}`, `{site}` and `{company}` are filled in from the ticket. */
export interface Scenario {
  title: string
  type: string
  description: string
  internal: readonly string[]
  client: readonly string[]
  resolution: string
}

const scenario = (
  type: string,
  title: string,
  description: string,
  internal: string[],
  client: string[],
  resolution: string,
): Scenario => ({ type, title, description, internal, client, resolution })

/** Keyed by board name. */
export const scenarios: Record<string, readonly Scenario[]> = {
  'Service Desk': [
    scenario(
      'Hardware',
      '{device}: printer jams on every second page',
      'The printer at {site} jams when printing double-sided. We have invoices due today.',
      ['Pickup rollers look worn, page count is over 180k.', 'Ordered a maintenance kit, arrives tomorrow.'],
      ['It now jams on single pages too.'],
      'Replaced the pickup rollers and the separation pad. Printed 50 duplex pages without a jam.',
    ),
    scenario(
      'Hardware',
      'Laptop will not charge - {device}',
      '{user} says the battery stays at 4% although the charger light is on.',
      ['Tried a known good charger: the same.', 'Dock port is fine, USB-C port on the left is loose.'],
      ['I am working from the spare in the meeting room.'],
      'Vendor replaced the USB-C board under warranty. Battery charges to 100%.',
    ),
    scenario(
      'Software',
      'Outlook keeps asking for a password',
      'Since this morning Outlook asks {user} for a password every few minutes.',
      [
        'Cleared cached credentials, token was stale after the MFA change.',
        'Conditional access log shows the old device id.',
      ],
      ['Still happening on my phone as well.'],
      'Re-registered the device and signed in again. No prompts for 24 hours.',
    ),
    scenario(
      'Software',
      'QuickBooks "multi-user mode" error H202',
      'Nobody at {site} can open the company file in multi-user mode.',
      ['Database service was stopped on {device} after patching.'],
      ['Payroll has to run by 3 pm.'],
      'Started QuickBooksDB and set it to delayed start. All users back in.',
    ),
    scenario(
      'Software',
      'Teams: no sound in meetings',
      '{user} hears nothing in Teams meetings, other sound works.',
      ['Default device was a monitor without speakers.'],
      [],
      'Chose the headset in Teams device settings and tested a call.',
    ),
    scenario(
      'Network',
      'Wi-Fi drops in the {site} conference room',
      'Guests and staff lose Wi-Fi for a minute or two, several times an hour.',
      ['Access point is on channel 11 with a neighbour at -48 dBm.', 'Roaming log shows sticky clients.'],
      ['It dropped twice in the board meeting.'],
      'Moved the access point to channel 1 and lowered its power. No drops in two days.',
    ),
    scenario(
      'Network',
      'VPN connects but shared drive is missing',
      '{user} works from home; VPN says connected, but the S: drive is not there.',
      ['Split tunnel lacks the file server subnet.'],
      ['I can open it by IP but not by name.'],
      'Added the subnet and the DNS suffix to the VPN profile.',
    ),
    scenario(
      'Network',
      'Internet slow at {site}',
      'Everything is slow since about 9 am. Speed test shows 4 Mbit/s.',
      ['Backup job was running in business hours.', 'ISP sees errors on the line, their case 88-1204.'],
      ['Any news from the provider?'],
      'Moved the backup window to 11 pm; the ISP replaced the modem.',
    ),
    scenario(
      'User Account',
      'Password reset for {user}',
      'Locked out after the weekend, please reset the password.',
      ['Verified identity by call back to the number on file.'],
      [],
      'Reset the password and unlocked the account. User signed in while on the phone.',
    ),
    scenario(
      'User Account',
      'Access to the Finance folder',
      'Please give {user} read access to Finance\\2026. Approved by the controller.',
      ['Approval mail is attached.'],
      ['Do I have to sign out first?'],
      'Added to FIN-Read. User sees the folder after signing in again.',
    ),
    scenario(
      'Hardware',
      'Monitor flickers on {device}',
      'The second screen goes black for a second, about ten times a day.',
      ['Cable swap did not help; firmware of the dock is two versions old.'],
      [],
      'Updated the dock firmware. Stable for a week.',
    ),
    scenario(
      'Software',
      'Excel file "Budget_2026 (final) [v2].xlsx" is locked',
      'Says locked for editing by {user}, who is on holiday.',
      ['Open handle found on {device}.'],
      ['We need it for the audit at noon.'],
      'Closed the stale handle on the server.',
    ),
  ],
  'Projects & Changes': [
    scenario(
      'Change',
      'Replace firewall at {site}',
      'Planned swap of the end-of-life firewall with a 60F. Window: Saturday 6 to 9 pm.',
      ['Config exported and converted.', 'Rollback: old unit stays racked for a week.'],
      ['Please make sure that the alarm line works after it.'],
      'New firewall in service, VPN and alarm line tested.',
    ),
    scenario(
      'Migration',
      'Move file shares to SharePoint',
      'Move S: and P: of {company} to SharePoint, about 420 GB.',
      ['Pilot with five users done.', '1,204 paths over 400 characters, list sent.'],
      ['Can the archive stay on the server?'],
      'Cut over done, old shares are read-only.',
    ),
    scenario(
      'Change',
      'Patch window: hypervisor hosts',
      'Monthly patching of {device} and its guests.',
      ['Snapshots taken.'],
      [],
      'All guests up, no errors in the log.',
    ),
    scenario(
      'Network',
      'Add VLAN for cameras',
      'Cameras at {site} should be on their own VLAN without internet.',
      ['Switch port map is in the documentation.'],
      ['The installer comes on Thursday.'],
      'VLAN 40 in place, NVR reachable from the office VLAN only.',
    ),
    scenario(
      'Migration',
      'Retire {device}',
      'Server is out of warranty; roles move to the cloud.',
      ['Print role is the last one left.'],
      [],
      'Roles moved, server shut down and wiped.',
    ),
  ],
  Security: [
    scenario(
      'Phishing',
      'Phishing mail reported by {user}',
      'Mail claims to be from DocuSign with a link to a sign-in page.',
      ['Link leads to a fresh domain, page asks for M365 credentials.', 'Purged from 14 mailboxes.'],
      ['I did not click on it.'],
      'Sender and domain blocked, no sign-ins from the campaign.',
    ),
    scenario(
      'Phishing',
      'User clicked a link and entered the password',
      '{user} entered the password on a page and noticed afterwards.',
      ['Sessions revoked, password reset.', 'One sign-in from abroad blocked by policy.'],
      ['What should I tell my manager?'],
      'No mailbox rules or grants were created. User retrained.',
    ),
    scenario(
      'Malware',
      'EDR alert: suspicious PowerShell on {device}',
      'Encoded command started from a Word document.',
      ['Host isolated at 10:42.', 'Hash is unknown to the vendor.'],
      [],
      'Macro from an old template; false positive, rule tuned.',
    ),
    scenario(
      'User Account',
      'Risky sign-in: impossible travel',
      'Sign-in from two countries within 20 minutes for {user}.',
      ['User is on a phone VPN.'],
      ['Yes, that was me.'],
      'Confirmed with the user, VPN range added to named locations.',
    ),
  ],
  Onboarding: [
    scenario(
      'New User',
      'New starter: {user}',
      'Starts on Monday, same rights as the designer team. Laptop and two screens.',
      ['Licence ordered.', 'Laptop imaged, asset label printed.'],
      ['Start moved to Wednesday.'],
      'Account, mailbox, laptop and phone ready; welcome call done.',
    ),
    scenario(
      'Offboarding',
      'Leaver: disable access for {user}',
      'Last day is Friday, mailbox to be shared with the manager.',
      ['Forwarding approved by HR.'],
      ['Please keep the OneDrive for 90 days.'],
      'Sign-in blocked, licences removed, mailbox shared.',
    ),
    scenario(
      'New Client',
      'Discovery for {company}',
      'Walk through all sites, collect credentials and network maps.',
      ['Found an unmanaged switch under a desk.'],
      [],
      'Documentation complete and reviewed.',
    ),
  ],
  'Client Projects': [
    scenario(
      'Delivery',
      'Phase task: cable and rack at {site}',
      'Run 12 drops and mount the new rack.',
      ['Ladder access needed.'],
      [],
      'All drops tested and labelled.',
    ),
    scenario(
      'Issue',
      'Blocker: circuit not delivered',
      'The carrier moved the date by two weeks.',
      ['Escalated to the account manager.'],
      ['Please keep us posted.'],
      'Circuit delivered and tested.',
    ),
  ],
}

/** Titles that break naive quoting, trimming or encoding. */
export const awkwardTitles: readonly string[] = [
  `O'Brien & "Sons" 100%: can't open [shared] files`,
  'Drucker im Café fällt aus – bitte prüfen 🙏',
  'C:\\Temp\\ is full, 0% free',
  "'; DROP TABLE SR_Service; --",
  'Re: RE: AW: Fwd: [EXTERNAL] printer_2 * urgent *',
]

export const chatter: readonly string[] = [
  'Called the client, no answer, left a voicemail.',
  'Checked the event log: the same error as yesterday.',
  'Vendor asks for a trace, collected and uploaded.',
  'Remote session, 20 minutes, could not reproduce.',
  'Error came back at {time}, see screenshot.',
  'Escalated to tier 2 of the vendor.',
  'Waiting for the maintenance window.',
  'Applied the registry change from the vendor article.',
]
