"""Breadth first over every reachable incident: each is met once, asked everything, and followed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from incident_core import commands as c
from incident_core import events as e
from incident_core.guards.question import Question
from incident_core.guards.refusal import Refused
from incident_core.lifecycle.asking import Rulebook
from incident_core.lifecycle.decide import decide
from incident_core.lifecycle.fold import advance, evolve, fold
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.stage import Stage
from incident_core.testing.exhaust.agreement import Answer, may_is_do, one_selection
from incident_core.testing.exhaust.facts import Facts, facts
from incident_core.testing.exhaust.laws import Step, broken_by_step
from incident_core.testing.exhaust.remedies import Remedies
from incident_core.testing.exhaust.report import RowName, Violation
from incident_core.testing.exhaust.slices import Asked, Group, Slice
from incident_core.testing.exhaust.state_laws import broken_by_state
from incident_core.testing.exhaust.wording import happened, state


class Node:
    """An incident that was met: how one came to it first, and where one gets from it."""

    __slots__ = ("after", "came", "cut", "events", "incident")

    def __init__(
        self, incident: Incident, events: tuple[e.Event, ...], came: tuple[Node | None, c.Command]
    ) -> None:
        self.incident, self.events, self.came = incident, events, came
        self.after: set[Node] = set()
        self.cut = False

    def path(self) -> tuple[c.Command, ...]:
        """The commands that lead here, a shortest way."""
        before, command = self.came
        return (command,) if before is None else (*before.path(), command)


class Walk:
    """One policy in one slice; after `run`, what was met and what was wrong is here."""

    def __init__(self, policy: Policy, rules: Rulebook, part: Slice, most: int) -> None:
        self.policy, self.rules, self.part, self.most = policy, rules, part, most
        self.nodes: list[Node] = []
        self.accepted = self.refused = self.unchanged = 0
        self.taken: set[RowName] = set()
        self.alone: set[tuple[RowName, str]] = set()
        self.violations: list[Violation] = []
        self.twins: dict[Node, Incident] = {}
        """For a node, another incident with the same facts that came another way."""
        self._corrects = part.corrects
        self._known: dict[Facts, Node] = {}

    def run(self) -> Walk:
        """Meet everything; ends early once `most` violations were found."""
        for root in self.part.roots:
            self._begin(root)
        place = 0
        while place < len(self.nodes) and len(self.violations) < self.most:
            self._visit(self.nodes[place])
            place += 1
        if len(self.violations) < self.most:
            self._dead_ends()
        return self

    def _begin(self, root: tuple[c.Command, ...]) -> None:
        """Go to where the walk begins; the states on the way there are not part of it."""
        node: Node | None = None
        begun = list(self.nodes)
        for command in root:
            incident = None if node is None else node.incident
            events = decide(self.policy, incident, command, rules=self.rules)
            if isinstance(events, Refused):
                self._wrong("a way to begin is free", str(events), root)
                return
            node, _ = self._meet(node, command, _numbered(events))
        self.nodes = [*begun, *self.nodes[-1:]]

    def _meet(
        self, before: Node | None, command: c.Command, events: tuple[e.Event, ...]
    ) -> tuple[Node, Incident]:
        """The node that these events lead to, and the incident itself; a new one keeps the state laws."""
        incident = advance(None if before is None else before.incident, events)
        key = facts(incident, corrected=self._corrects)
        node = self._known.get(key)
        if node is None:
            history = events if before is None else (*before.events, *events)
            node = self._known[key] = Node(incident, history, (before, command))
            node.cut = not self.part.within(incident)
            self._keeps_laws(node)
            if not node.cut:
                self.nodes.append(node)
        elif node not in self.twins and incident != node.incident:
            self.twins[node] = incident
        return node, incident

    def _keeps_laws(self, node: Node) -> None:
        for law in broken_by_state(self.policy, node.incident):
            self._wrong(law, state(node.incident), node.path())
        if reduce(evolve, node.events[1:], evolve(None, node.events[0])) != node.incident:
            self._wrong("fold equals reducing with evolve", "they differ", node.path())

    def _visit(self, node: Node) -> None:
        answers: dict[Group, list[tuple[Asked, Answer]]] = defaultdict(list)
        remedies = Remedies(self.policy, node.incident, self.rules)
        for asked in self.part.asked:
            answer = self._ask(node, asked, remedies)
            if answer is not None and asked.group is not None:
                answers[asked.group].append((asked, answer))
        self._agree(node, answers)
        if fold(node.events) != node.incident:
            self._wrong("asking changes nothing", f"changed: {state(node.incident)}", node.path())

    def _agree(self, node: Node, answers: dict[Group, list[tuple[Asked, Answer]]]) -> None:
        try:
            found = list(may_is_do(self.policy, node.incident, answers, self.rules))
        except Exception as error:  # noqa: BLE001  (whatever a rule raises is a finding, not a crash)
            found = [repr(error)]
        for wrong in found:
            self._wrong("what may be done and what is done are one", wrong, node.path())

    def _ask(self, node: Node, asked: Asked, remedies: Remedies) -> Answer | None:
        """The answer to one command, everything about it checked; None where something raised."""
        try:
            return self._check(node, asked, remedies)
        except Exception as error:  # noqa: BLE001  (whatever a rule raises is a finding, not a crash)
            self._wrong("rules and consequences never raise", repr(error), (*node.path(), asked.command))
            return None

    def _check(self, node: Node, asked: Asked, remedies: Remedies) -> Answer:
        command = asked.command
        question = Question(self.policy, node.incident, command.actor, command.at, asked.ask)
        answer = decide(self.policy, node.incident, command, rules=self.rules)
        for wrong in one_selection(question, self.rules):
            self._wrong("one question has one answer", wrong, (*node.path(), command))
        if isinstance(answer, Refused):
            self._refusal(node, asked, question, answer, remedies)
        elif answer:
            self._step(node, asked, question, answer)
        else:
            self.unchanged += 1
        return answer

    def _refusal(
        self, node: Node, asked: Asked, question: Question, refused: Refused, remedies: Remedies
    ) -> None:
        self.refused += 1
        if len(refused.reasons) == 1:
            self.alone.add((self._row(question), refused.reasons[0].code))
        fault = remedies.fault(asked.command, refused)
        if fault is not None:
            self._wrong("a remedy is possible and mends", fault, (*node.path(), asked.command))

    def _step(self, node: Node, asked: Asked, question: Question, events: tuple[e.Event, ...]) -> None:
        self.accepted += 1
        self.taken.add(self._row(question))
        if asked.followed:
            after, incident = self._meet(node, asked.command, events)
            node.after.add(after)
        else:
            incident = advance(node.incident, events)
        step = Step(self.policy, node.incident, asked.command, events, incident)
        for law in broken_by_step(step):
            self._wrong(law, happened(events, node.incident.opened_at), (*node.path(), asked.command))
        self._leads_where_declared(node, asked, question, incident)

    def _leads_where_declared(self, node: Node, asked: Asked, question: Question, after: Incident) -> None:
        row, found = self.rules.row_for(question), self.rules.event_of(asked.ask.move)
        if row is not None and found is not None and found[0].state_of(after) != row.dest:
            seen = f"{row.move} came to {found[0].state_of(after)}, not to {row.dest}"
            self._wrong("a row leads where it says", seen, (*node.path(), asked.command))

    def _row(self, question: Question) -> RowName:
        row = self.rules.row_for(question)
        return (question.ask.move, "", "") if row is None else (row.move, str(row.source), str(row.dest))

    def _dead_ends(self) -> None:
        """From everywhere one gets to closed, and from there back."""
        met = self._known.values()
        closed = {node for node in met if node.incident.stage is Stage.CLOSED}
        to_closed = _leading_to(closed, met)
        for node in self.nodes:
            if not node.after:
                self._wrong("there is no dead end", str(node.incident.stage), node.path())
            elif node not in to_closed:
                self._wrong("closed is reachable from everywhere", str(node.incident.stage), node.path())

    def _wrong(self, promise: str, seen: str, path: tuple[c.Command, ...]) -> None:
        self.violations.append(Violation(promise, seen, path))


def _numbered(events: tuple[e.Event, ...]) -> tuple[e.Event, ...]:
    """What a store would do: INC-1."""
    return tuple(replace(each, number=1) if isinstance(each, e.Opened) else each for each in events)


def _leading_to(goal: set[Node], nodes: Iterable[Node]) -> set[Node]:
    before: dict[Node, set[Node]] = defaultdict(set)
    for node in nodes:
        for after in node.after:
            before[after].add(node)
    found, edge = {*goal}, {*goal}
    while edge:
        edge = {each for node in edge for each in before[node]} - found
        found |= edge
    return found
