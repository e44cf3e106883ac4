import type { AccessKind } from '../../schema/groups.ts'

/**
 * Members of a body that reach another group, or another kind of access than the request's own: what
 * side-effects.tsv lists. Actions of a system (mail, messages to third parties) count as something created
 * there. Names in small letters, since Halo binds them without regard to case.
 */
interface Reach {
  readonly group: string
  readonly kind: AccessKind
}

function table(rows: readonly (readonly [group: string, kind: AccessKind, members: string])[]) {
  return new Map<string, Reach>(
    rows.flatMap(([group, kind, members]) =>
      members.split(' ').map((member) => [member, { group, kind }] as const),
    ),
  )
}

export const TICKET_REACH = table([
  ['Tickets', 'MERGE', 'merged_into_id domerge _is_aisuggestion_merge'],
  [
    'Tickets',
    'BUNDLE',
    'parent_id child_ticket_ids related_tickets new_related_tickets unrelate_from_ticket_id parentassign createdfrom_id clonedfrom clonedfrom_id isclone dontcreatechild needcreatechild child_template_id milestones update_milestone_id milestone_id new_milestone_ticket',
  ],
  ['Tickets', 'DELETE', 'deleted _recover _spam _spamblock'],
  ['Ticket Notes', 'CREATE', 'closure_note closure_note_html closure_agent_id'],
  ['Time Entries', 'CREATE', 'closure_time timetaken timeentries billable_time nonbillable_time mileage'],
  ['Attachments', 'CREATE', 'attachments documents _print_generate'],
  ['Products', 'CREATE', 'items_issued project_items_issued items itemsarebillable'],
  ['Finance', 'CREATE', 'expenses budgets'],
  [
    'Finance',
    'UPDATE',
    'invoicenumber invoicedate invoicepaiddate invoicestatus recalculate_billing salesorder_id isbillable contract_id chargerate',
  ],
  ['Agreements', 'UPDATE', 'contract_schedule_plan_id'],
  ['Configurations', 'UPDATE', 'assets asset_number asset_site'],
  [
    'Schedule Entries',
    'CREATE',
    'agent_booking _create_outstanding_appointments _create_outstanding_appointment_email appointment_id resource_booking_asset resource_booking_timeslot',
  ],
  [
    'Approvals',
    'CREATE',
    'new_approvalprocess new_approvalprocess_agent_id new_approvalprocess_user_id new_approvalprocess_email new_approvalprocess_cab_id new_approvalprocess_role_id',
  ],
  [
    'Knowledge Base',
    'CREATE',
    'create_article article_description article_resolution article_notes article_type',
  ],
  ['Communications', 'CREATE', 'sendack createacknowledgement send_remoteinvite invite_emaillist'],
  [
    'Communications',
    'UPDATE',
    'emailtolist emailcclist emailtolistsupplier emailcclistsupplier ccaddress alsoinform newaction_emailfrom newaction_emailfrom_address_override',
  ],
  [
    'System',
    'CREATE',
    'sendtopagerduty sendtosplunkoncall sync_to_salesforce teamsmessage htmlmessage database_lookup_result do_lookups',
  ],
  ['System', 'UPDATE', 'external_links new_external_link _match_thirdparty_id _match_integration_id'],
])

export const ACTION_REACH = table([
  [
    'Time Entries',
    'CREATE',
    'timetaken timetakendays timetakenadjusted nonbilltime traveltime mileage actionarrivaldate actioncompletiondate chargerate travel_chargerate actionchargehours actionnonchargehours actionchargeamount actionnonchargeamount actionprepayhours actionprepayamount actiontravelchargehours actiontravelamount actionmileageamount actiontravelstartdate actiontravelenddate actisbillable actisreadyforprocessing travelisreadyforprocessing actreviewed faultstimeentryid billingoverriddenbytimeentry actionoohtime actionholidaytime surchargeid travel_surchargeid timesheet_approval_status labourwarranty',
  ],
  [
    'Agreements',
    'UPDATE',
    'action_contract_id actioncontractid action_travel_contract_id contract_date_override new_contract_id',
  ],
  [
    'Finance',
    'UPDATE',
    'actioninvoicenumber actiontravelinvoicenumber actionmileageinvoicenumber externalinvoicenumber action_invoice_line_id isbillingaction recalculate_billing invoice_id quotation_id salesorder_id purchaseorder_id milestone_bill_id defprepayamount new_consignment',
  ],
  [
    'Tickets',
    'UPDATE',
    'new_status new_priority new_agent new_team new_tickettype new_sla_id new_slastatus new_category1 new_category2 new_category3 new_category4 new_impact new_urgency new_estimate new_source new_fixbydate new_followupdate new_deadlinedate new_startdate new_targetdate new_firsttimefix new_tags new_template_id new_template new_workflow_id new_step new_rule_ids new_client_id new_site_id new_user_id new_supplier_id new_additional_agents new_contributors new_colour new_product_id oktoclose rmm_close dattormm_close customfields',
  ],
  [
    'Tickets',
    'BUNDLE',
    'new_parent_id update_children update_parent new_linkedticket_template_id new_linkedticket_status new_matched_linked_id dontcreatechild needcreatechild new_child_cat_1 new_child_cat_2 new_child_cat_3 new_child_cat_4 allow_automation_on_related',
  ],
  [
    'Communications',
    'CREATE',
    'sendemail emailto emailtonew emailcc emailccnew emailsubject emailsubjectnew emailbody emailbody_html emailfrom emailtolistall emailtemplate_id from_mailbox_id from_address_override sales_mailbox_override_id replytoaddress reply_direct setnotetoemailbody dateemailed send_survey new_bulkemail bulkemail_users new_distribution_list isbulkemail sendsms smsto _sendtweet send_to_facebook send_to_whatsapp send_to_instagram send_to_googlebusiness',
  ],
  [
    'System',
    'CREATE',
    'send_to_halo sync_to_jira send_jira_note sync_to_servicenow sync_to_salesforce sync_to_sentinel send_devops_note sendactiontopagerduty sendactiontosplunkoncall devops_pipeline_id senttoapiurl',
  ],
  ['Attachments', 'CREATE', 'attachments'],
  [
    'Configurations',
    'UPDATE',
    'assets new_asset primary_asset_id new_primary_asset_status asset_id asset_site',
  ],
  ['Products', 'CREATE', 'new_items_issued'],
  [
    'Schedule Entries',
    'UPDATE',
    'appointment_id appointment_complete_status add_followup_appointment add_followup_task action_appointment_id _appointment_force',
  ],
  [
    'Approvals',
    'CREATE',
    'new_approvalprocess new_approvalprocess_agent_id new_approvalprocess_user_id new_approvalprocess_users new_approvalprocess_email new_approvalprocess_cab_id new_approvalprocess_cab',
  ],
  [
    'Knowledge Base',
    'CREATE',
    'create_article new_article_description new_article_resolution new_article_notes new_article_type new_faqlists new_related_articles',
  ],
  ['Marketing/Sales', 'CREATE', 'new_crm_note'],
  [
    'Opportunities',
    'UPDATE',
    'new_oppvalue new_oppcompanyname new_oppcontactname new_oppemailaddress new_oppconversionprobability new_oppclosurecategory',
  ],
  ['Projects', 'UPDATE', 'new_project_time_budget new_project_money_budget'],
  ['Contacts', 'UPDATE', 'follow unfollow followers_user primaryserviceusersfollow'],
  ['Service Catalog', 'UPDATE', 'updateservicestatus servicestatusnote'],
  ['Releases', 'UPDATE', 'releaseid releasenote showonroadmap roadmapnote'],
])

export const CONTACT_REACH = table([
  ['Contacts', 'MERGE', '_merge_user_into'],
  ['Contacts', 'DELETE', '_anonymise _reassign_all_to_user'],
  ['Members', 'UPDATE', 'new_password resetpassword web_access_level login linked_agent_id adconnection'],
  ['Communications', 'CREATE', 'sendwelcomeemail'],
])
