"""What incident-bot's readme says of running an incident, and the tests in this folder that show it.

Sentences are quoted as they stand there. Reminders, the end of an incident and the rest are in rows_around.
"""

from __future__ import annotations

SENTENCES = {
    "Facilitates creation of incident channels.": (
        "test_starting.test_whoever_starts_it_is_in_its_channel_which_says_that_it_is_an_incident"
    ),
    "Allows assigning roles for incident management.": (
        "test_roles.test_assign_on_the_panel_invites_whom_it_names_and_says_what_it_means"
    ),
    "These roles are currently: `incident commander`, `communications liaison`, and `technical lead`.": (
        "test_roles.test_these_roles_are_currently_commander_communications_liaison_and_technical_lead"
    ),
    "A fully functioning digest channel that stays up to date with incident statuses that can be used by "
    "others to watch the status of incidents.": (
        "test_digest.test_one_message_per_incident_always_true_edited_in_place"
    ),
    "All incidents start as `sev4`.": "test_starting.test_these_open_and_declare_in_one_commit",
    "Incidents may be promoted through to `sev1`.": (
        "test_severity_status.test_a_severity_is_announced_in_the_channel_and_digest_and_panel_follow"
    ),
    "Each time the `status` or `severity` of an incident is changed, an update is sent to the incident "
    "channel.": "test_severity_status.test_a_status_is_announced_in_the_channel_and_digest_and_panel_follow",
    "The digest message is also updated.": (
        "test_severity_status.test_a_severity_is_announced_in_the_channel_and_digest_and_panel_follow"
    ),
    "When an incident is resolved, the digest message will be changed to show this.": (
        "test_severity_status.test_when_it_is_resolved_the_digest_message_shows_that"
    ),
    "You are also able to send out incident updates so that those who are not actively participating in an "
    "incident can stay informed regarding its status.": (
        "test_updates.test_everyone_sees_updates_in_the_digest_channel_without_joining_the_incident"
    ),
    "These updates will appear in the incident's digest channel.": (
        "test_updates.test_everyone_sees_updates_in_the_digest_channel_without_joining_the_incident"
    ),
    "When someone claims or is assigned a role during an incident, the bot will notify them via private "
    "message and automatically add them to the channel.": (
        "test_roles.test_who_claims_one_is_invited_and_told_directly_what_it_means"
    ),
    "The bot will also give them helpful information about the role they've been assigned.": (
        "test_roles.test_assign_on_the_panel_invites_whom_it_names_and_says_what_it_means"
    ),
    "You are free to adjust these messages as you see fit.": (
        "test_roles.test_a_deployment_adds_its_own_roles_and_changes_what_roles_mean"
    ),
    "Provide this as `INCIDENTS_DIGEST_CHANNEL` - this is the channel **name**, not the **ID**.": (
        "test_digest.test_it_is_found_by_its_name_with_or_without_a_hash_and_by_its_id"
    ),
    "If you'd like to enable the react-to-create feature, the bot will need to be in every channel you plan "
    "to use this in.": (
        "test_starting.test_a_reaction_starts_one_and_the_link_to_the_message_is_its_first_evidence"
    ),
    "You can change the definitions of severity levels and the incident roles via the `templates/slack/` "
    "directory": "test_roles.test_severities_come_from_severity_levels_json",
    "Search for the `start a new incident` shortcut via the Slack search bar and click on it:": (
        "test_starting.test_the_modal_asks_for_a_title_and_what_else_it_asks_for_is_optional"
    ),
    "Provide a short description and start a new incident:": (
        "test_starting.test_these_open_and_declare_in_one_commit"
    ),
    "The digest channel shows that a new incident has been started:": (
        "test_starting.test_the_digest_channel_shows_that_a_new_incident_has_been_started"
    ),
    "Upon joining the incident channel, the control panel is show where changes can be made to `status`, "
    "`severity`, and `roles`:": (
        "test_panel.test_the_panel_is_the_pinned_opening_message_that_everybody_who_joins_sees"
    ),
    "As `status`, `severity`, and `roles` are changed, the channel is notified of these events:": (
        "test_roles.test_claim_on_the_panel"
    ),
    "Periodically, you can choose to provide those not involved directly in the incident about updates by "
    "searching for the `provide incident update` shortcut via the Slack search bar and clicking on it:": (
        "test_updates.test_the_shortcut_asks_for_incident_message_impact_components_and_when_the_next_is_due"
    ),
    "You can then provide details regarding components and the nature of the update after selecting the "
    "incident channel.": (
        "test_updates.test_the_shortcut_asks_for_incident_message_impact_components_and_when_the_next_is_due"
    ),
    "Only open incidents will show up in the list:": (
        "test_updates.test_only_open_incidents_show_up_in_the_list"
    ),
    "Now, everyone can see the updates in the digest channel without needing to join the incident:": (
        "test_updates.test_everyone_sees_updates_in_the_digest_channel_without_joining_the_incident"
    ),
    "The original message in the digest channel is changed to reflect the new status of the incident:": (
        "test_severity_status.test_when_it_is_resolved_the_digest_message_shows_that"
    ),
}

VARIABLES = {
    "INCIDENT_GUIDE_LINK": "test_panel.test_guide_and_post_mortem_links",
    "INCIDENT_POSTMORTEMS_LINK": "test_panel.test_guide_and_post_mortem_links",
    "INCIDENT_CHANNEL_TOPIC": (
        "test_panel.test_the_topic_has_severity_status_and_the_text_of_the_deployment"
    ),
    "INCIDENTS_DIGEST_CHANNEL": (
        "test_digest.test_it_is_found_by_its_name_with_or_without_a_hash_and_by_its_id"
    ),
    "INCIDENT_AUTO_GROUP_INVITE_ENABLED": ("test_roles.test_the_group_is_not_invited_unless_that_is_enabled"),
    "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME": (
        "test_roles.test_a_group_is_invited_to_every_incident_by_its_handle"
    ),
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": (
        "test_starting.test_a_reaction_starts_nothing_unless_that_is_configured"
    ),
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": (
        "test_starting.test_another_message_starts_another_and_another_emoji_nothing"
    ),
    "TEMPLATES_DIRECTORY": ("test_roles.test_a_deployment_adds_its_own_roles_and_changes_what_roles_mean"),
}
"""The settings of the same readme that belong to these."""
