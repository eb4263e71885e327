"""The buttons that move an incident on: those that need a word open a form, the others act."""

from __future__ import annotations

from adapters.slack.bot import closing, faults, forms_moves, forms_news
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.closing import Ending
from adapters.slack.bot.give import give
from adapters.slack.bot.opening import opens
from adapters.slack.bot.press import Press, Reply
from adapters.slack.bot.refusal import refused
from adapters.slack.bot.suggestions import summary_of
from adapters.slack.bot.verdict import verdict
from incident_core import commands as c
from incident_core.errors import Invalid
from incident_core.guards.question import Ask
from incident_core.lifecycle.available import Possibility, Verdict
from incident_core.model.incident import Incident
from incident_core.model.move import Move
from incident_core.model.outcome import Outcome


def declare(asked: Asked, _: Incident, __: Press) -> Reply:
    """Declare it; whoever presses leads it, unless somebody does."""
    return Reply(give(asked, c.Declare))


def resolve(asked: Asked, incident: Incident, _: Press) -> Reply | None:
    """Ask in a form; where nothing in it could help, say why not."""
    found = verdict(asked, incident, Ask(Move.RESOLVE))
    if found.verdict is Verdict.REFUSED:
        return _no(asked, incident, found)
    opens(asked, forms_moves.resolving(asked, incident, found))
    return None


def close(asked: Asked, incident: Incident, _: Press) -> Reply | None:
    """Ask in a form; where nothing in it could help, say why not."""
    found = verdict(asked, incident, Ask(Move.CLOSE))
    if found.verdict is Verdict.REFUSED:
        return _no(asked, incident, found)
    opens(asked, forms_moves.closing(asked, incident, found))
    return None


def confirm(asked: Asked, _: Incident, press: Press) -> Reply:
    """Close it as it was typed; the answer takes the place of the question."""
    outcome, other, why = (press.about.get(name) for name in ("outcome", "of", "why"))
    if outcome is not None and outcome not in list(Outcome):
        raise Invalid("outcome", faults.UNREADABLE)
    ending = Ending(
        None if outcome is None else Outcome(outcome),
        None if other is None else str(other),
        None if why is None else str(why),
    )
    return Reply(closing.closes(asked, ending), instead=True)


def reopen(asked: Asked, incident: Incident, _: Press) -> Reply | None:
    """Ask why in a form, where a reason is all that it needs."""
    if verdict(asked, incident, Ask(Move.REOPEN)).verdict is not Verdict.NEEDS:
        return Reply(give(asked, c.Reopen))
    opens(asked, forms_moves.reopening(asked.desk.words, incident))
    return None


def update(asked: Asked, incident: Incident, _: Press) -> Reply | None:
    """Ask for the words of an update about this incident."""
    found = verdict(asked, incident, Ask(Move.UPDATE))
    if found.verdict is Verdict.REFUSED:
        return _no(asked, incident, found)
    opens(asked, forms_news.updating(asked.desk.words, summary_of(incident)))
    return None


def _no(asked: Asked, incident: Incident, found: Possibility) -> Reply:
    return Reply(refused(asked.desk.words, incident.key, found.reasons, asked.program, typed=False))
