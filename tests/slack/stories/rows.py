"""Case's readme, row by row (PagerDuty excepted), and the tests in this folder that play each row."""

from __future__ import annotations

COMMANDS_TABLE = """\
/case open [description] | Open new investigation | Any channel
/case list | See active investigations | Any channel
/case stats | View operational dashboard | Any channel
/case export | Export all data to CSV | Any channel
/case help | Show available commands | Any channel
/case status | Show investigation details | Investigation channel
/case incident | Escalate to incident | Investigation channel
/case resolve | Mark incident resolved | Investigation channel
/case transfer @user | Transfer incident commander | Investigation channel
/case close | Close investigation | Investigation channel
"""
"""The commands overview, as the readme has it."""

VARIABLES_TABLES = """\
DATABASE_URL | PostgreSQL connection string
SLACK_BOT_TOKEN | Bot OAuth token (xoxb-...)
SLACK_SIGNING_SECRET | App signing secret
SLACK_APP_TOKEN | Socket mode token (xapp-...)
ISSUES_CHANNEL_ID | Channel for notifications
INCIDENT_RESPONSE_GROUP_ID | User group auto-added to incidents
ALLOWED_WORKSPACE_IDS | Restrict to specific workspaces
EXPORT_AUTHORIZED_USERS | Comma-separated Slack user IDs who can export data
"""
"""The two tables of environment variables."""

COMMANDS = {
    "/case open [description]": "test_commands.test_open_new_investigation_in_any_channel",
    "/case list": "test_commands.test_list_shows_active_investigations",
    "/case stats": "test_commands.test_stats_shows_the_operational_dashboard",
    "/case export": "test_commands.test_export_sends_all_data_as_csv",
    "/case help": "test_commands.test_help_shows_available_commands",
    "/case status": "test_commands.test_status_shows_details_in_the_investigation_channel",
    "/case incident": "test_commands.test_incident_escalates_in_the_investigation_channel",
    "/case resolve": "test_commands.test_resolve_marks_the_incident_resolved_in_the_investigation_channel",
    "/case transfer @user": (
        "test_commands.test_transfer_user_makes_them_the_commander_in_the_investigation_channel"
    ),
    "/case close": "test_commands.test_close_closes_the_investigation_from_its_channel",
}

VARIABLES = {
    "DATABASE_URL": "test_configuration.test_database_url_is_a_postgresql_connection_string",
    "SLACK_BOT_TOKEN": (
        "test_configuration.test_a_slack_bot_token_that_slack_does_not_take_is_said_at_the_start"
    ),
    "SLACK_SIGNING_SECRET": "test_configuration.test_slack_signing_secret_tells_slack_from_others",
    "SLACK_APP_TOKEN": "test_configuration.test_slack_app_token_is_what_the_socket_is_opened_with",
    "ISSUES_CHANNEL_ID": "test_configuration.test_issues_channel_id_is_the_channel_for_notifications",
    "INCIDENT_RESPONSE_GROUP_ID": (
        "test_configuration.test_incident_response_group_id_is_auto_added_to_incidents_in_chunks_of_a_hundred"
    ),
    "ALLOWED_WORKSPACE_IDS": (
        "test_configuration.test_allowed_workspace_ids_restricts_to_specific_workspaces"
    ),
    "EXPORT_AUTHORIZED_USERS": "test_reporting.test_only_those_who_are_named_may_export",
}

OTHERS = {
    "Quick demo: open makes a channel and adds you to it": (
        "test_demo.test_something_happens_and_open_makes_a_channel_and_adds_you_to_it"
    ),
    "Quick demo: Collect Evidence links any message to the channel": (
        "test_demo.test_collect_evidence_by_right_clicking_any_message_links_it_to_the_channel"
    ),
    "Quick demo: escalate, you are the commander, the team gets notified": (
        "test_demo.test_if_it_is_serious_escalate_you_are_the_commander_and_the_team_gets_notified"
    ),
    "Quick demo: resolved, but it stays open for follow-up": (
        "test_demo.test_when_service_is_restored_it_is_resolved_but_stays_open_for_follow_up"
    ),
    "Quick demo: close archives the channel, the audit trail is preserved": (
        "test_demo.test_after_the_post_mortem_close_archives_the_channel_and_the_audit_trail_stays"
    ),
    "Every action is tracked with who did what and when": (
        "test_demo.test_every_action_is_tracked_with_who_did_it_and_when"
    ),
    "Key feature: dedicated channels": "test_demo.test_each_investigation_gets_its_own_channel",
    "Key feature: evidence collection": (
        "test_demo.test_collect_evidence_by_right_clicking_any_message_links_it_to_the_channel"
    ),
    "Key feature: not every investigation needs to be an incident": (
        "test_demo.test_not_every_investigation_needs_to_be_an_incident"
    ),
    "Key feature: export everything to CSV": "test_reporting.test_export_is_the_csv_of_the_command_line",
    "Key feature: cannot read your messages, only stores links": (
        "test_security.test_it_only_stores_links_to_messages_and_not_their_content"
    ),
    "Key feature: metrics": "test_reporting.test_stats_has_the_figures_of_the_command_line",
    "All commands start with /case": "test_commands.test_slash_case_works_as_slash_incident_does",
    "Typical workflow example": "test_demo.test_the_typical_workflow_example",
    "Workflow: the investigation timer starts": (
        "test_demo.test_the_investigation_timer_starts_when_it_is_opened"
    ),
    "Workflow: the response team is added automatically": (
        "test_demo.test_the_response_team_is_added_automatically_where_one_is_configured"
    ),
    "Workflow: the full timeline is preserved": (
        "test_workflow.test_from_open_to_the_third_close_every_line_is_as_expected"
    ),
    "Security: zero message access": "test_security.test_it_cannot_read_your_messages",
    "Security: only stores links to messages, not content": (
        "test_security.test_it_only_stores_links_to_messages_and_not_their_content"
    ),
    "Security: external users automatically blocked": (
        "test_security.test_external_users_are_automatically_blocked"
    ),
    "Security: minimal permissions": (
        "test_security.test_minimal_permissions_no_user_data_and_no_file_access"
    ),
    "Reporting: stats": "test_reporting.test_stats_has_the_figures_of_the_command_line",
    "Reporting: export, investigation details, timelines, resolution metrics": (
        "test_reporting.test_export_has_all_investigation_details_timelines_and_resolution_metrics"
    ),
}
