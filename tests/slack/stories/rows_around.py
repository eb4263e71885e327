"""What incident-bot's readme says of the rest: endings, reminders, mentions, settings; and what comes later.

Sentences are quoted as they stand there; each has the test in this folder that shows it. What is said of
running an incident is in rows_running.
"""

from __future__ import annotations

SENTENCES = {
    "When an incident is marked as `resolved`, a separate RCA channel is created for users to collaborate on "
    "scheduling followup actions.": (
        "test_ending.test_by_default_severe_incidents_get_a_channel_for_their_review"
    ),
    "The `incident commander` and `technical lead` roles are automatically invited to this channel": (
        "test_ending.test_with_always_every_incident_gets_one_and_its_first_message_says_what_to_do"
    ),
    "and may invite others as needed.": "test_ending.test_they_may_invite_others_as_needed",
    "When an incident has reached its conclusion and has been resolved, a helpful message is sent to the "
    "incident channel": "test_ending.test_the_resolution_message_has_export_chat_log_and_the_links",
    "there is a handy button to export a formatted chat history to attach to your postmortem:": (
        "test_ending.test_export_chat_log_puts_all_that_was_said_into_the_channel_as_a_file"
    ),
    "When an incident is resolved, the digest message will be changed to show this.": (
        "test_ending.test_the_digest_message_is_changed_to_show_that_it_is_resolved"
    ),
    "By default, the app will look for incidents that are not `resolved` that are older than `7` days.": (
        "test_reminders.test_what_is_open_for_seven_days_stands_in_a_list_in_the_digest_channel"
    ),
    "When an incident is promoted to `sev1` or `sev2`, a scheduled job will kick off that will look for "
    "whether or not the `last_update_sent` field has been updated in the last `30` minutes.": (
        "test_reminders.test_what_is_less_severe_has_no_such_reminder_until_it_is_promoted"
    ),
    "If not, it will ping the channel to encourage you to send out an incident update as good practice.": (
        "test_reminders.test_half_an_hour_without_an_update_at_sev1_or_sev2_pings_the_channel"
    ),
    "From then on, a reminder is sent out every `25` minutes to encourage you to send out another update.": (
        "test_reminders.test_from_then_on_a_reminder_is_sent_every_25_minutes"
    ),
    "You may change these timers if you wish.": (
        "test_reminders.test_that_everybody_is_called_is_a_setting_and_so_are_the_lengths"
    ),
    "When an incident is promoted to `sev2` or `sev1`, the scheduled reminder to send out updates will be "
    "created. You can view these by using `scheduler list`:": (
        "test_mentions.test_scheduler_list_shows_the_reminders_of_severe_incidents"
    ),
    "Interacting with the bot is incredibly easy through the use of modals and simplified commands.": (
        "test_mentions.test_every_verb_works_in_a_mention_also_without_the_key_in_the_incidents_channel"
    ),
    "you can generate an app token via the `Basic Information` page in your app's configuration.": (
        "test_settings_of_the_other_bot.test_slack_app_token_is_what_the_websocket_is_opened_with"
    ),
    "Your Slack workspace name (`foobar.slack.com`) minus the domain (`foobar`) should be provided as "
    "`SLACK_WORKSPACE_ID`.": (
        "test_settings_of_the_other_bot.test_slack_workspace_id_is_the_name_of_the_workspace_without_its_domain"
    ),
    "whatever changes you make to the `json` files will impact the messaging the application uses when "
    "advertising information about severity levels, role responsibilities, etc.": (
        "test_settings_of_the_other_bot.test_templates_directory_holds_what_roles_and_severities_mean"
    ),
}

SETTINGS = {
    "POSTGRES_HOST": (
        "test_settings_of_the_other_bot.test_postgres_host_name_user_password_and_port_are_the_database"
    ),
    "POSTGRES_NAME": (
        "test_settings_of_the_other_bot.test_postgres_host_name_user_password_and_port_are_the_database"
    ),
    "POSTGRES_USER": (
        "test_settings_of_the_other_bot.test_postgres_host_name_user_password_and_port_are_the_database"
    ),
    "POSTGRES_PASSWORD": (
        "test_settings_of_the_other_bot.test_postgres_host_name_user_password_and_port_are_the_database"
    ),
    "POSTGRES_PORT": (
        "test_settings_of_the_other_bot.test_postgres_host_name_user_password_and_port_are_the_database"
    ),
    "INCIDENTS_DIGEST_CHANNEL": (
        "test_settings_of_the_other_bot.test_incidents_digest_channel_is_the_name_of_the_digest_channel"
    ),
    "INCIDENT_GUIDE_LINK": ("test_settings_of_the_other_bot.test_incident_guide_link_is_linked_in_the_panel"),
    "INCIDENT_POSTMORTEMS_LINK": (
        "test_settings_of_the_other_bot.test_incident_postmortems_link_is_linked_in_the_panel"
    ),
    "INCIDENT_CHANNEL_TOPIC": (
        "test_settings_of_the_other_bot.test_incident_channel_topic_is_in_the_topic_of_new_incident_channels"
    ),
    "SLACK_APP_TOKEN": (
        "test_settings_of_the_other_bot.test_slack_app_token_is_what_the_websocket_is_opened_with"
    ),
    "SLACK_BOT_TOKEN": (
        "test_settings_of_the_other_bot.test_slack_bot_token_is_whose_name_everything_is_done_in"
    ),
    "SLACK_WORKSPACE_ID": (
        "test_settings_of_the_other_bot.test_slack_workspace_id_is_the_name_of_the_workspace_without_its_domain"
    ),
    "INCIDENT_AUTO_GROUP_INVITE_ENABLED": (
        "test_settings_of_the_other_bot.test_the_auto_invited_group_is_in_each_new_incident_channel"
    ),
    "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME": (
        "test_settings_of_the_other_bot.test_the_auto_invited_group_is_in_each_new_incident_channel"
    ),
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": (
        "test_settings_of_the_other_bot.test_the_configured_emoji_creates_an_incident"
    ),
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": (
        "test_settings_of_the_other_bot.test_the_configured_emoji_creates_an_incident"
    ),
    "TEMPLATES_DIRECTORY": (
        "test_settings_of_the_other_bot.test_templates_directory_holds_what_roles_and_severities_mean"
    ),
}
"""The variables of its two lists that have their effect here."""

_SERVICES = "with the integrations: PagerDuty, Statuspage, Confluence and provider status"

REFUSED_SETTINGS = (
    "INCIDENT_EXTERNAL_PROVIDERS_ENABLED",
    "STATUSPAGE_INTEGRATION_ENABLED",
    "WEB_INTERFACE_ENABLED",
    "AUTO_CREATE_RCA",
    "PAGERDUTY_API_TOKEN",
    "PAGERDUTY_API_USERNAME",
)
"""The variables of its two lists that are refused with a sentence that says what to use instead."""

UNUSED_SETTINGS = (
    "AUTH0_DOMAIN",
    "INCIDENT_EXTERNAL_PROVIDERS_LIST",
    "STATUSPAGE_API_KEY",
    "STATUSPAGE_PAGE_ID",
    "STATUSPAGE_URL",
    "CONFLUENCE_API_URL",
    "CONFLUENCE_API_USERNAME",
    "CONFLUENCE_API_TOKEN",
    "CONFLUENCE_SPACE",
    "CONFLUENCE_PARENT_PAGE",
)
"""The variables of its two lists that only go with one of those, and are told as not used."""

VARIABLES = (*SETTINGS, *REFUSED_SETTINGS, *UNUSED_SETTINGS)
"""All variables of its two lists."""

LATER = (
    ("This feature only works with Confluence Cloud and requires an API token and username", _SERVICES),
    ("It is also possible to automatically create an RCA/postmortem document", _SERVICES),
    ("Finally, you can integrate with PagerDuty to provide details about who is on call.", _SERVICES),
    ("You are then able to use the bot's `pager` command.", _SERVICES),
    (
        "if enabling status snapshots for external providers (documented above), set this to `true`.",
        _SERVICES,
    ),
    ("set to `true` to enable the Statuspage integration.", _SERVICES),
)
"""What it says that cannot be done yet, and when that comes; until then `pager` says what to configure.

Whatever switches one of these on is refused, and so is the web interface, which there will not be.
"""
