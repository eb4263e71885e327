"""A review as a Markdown document, from a template in a sandbox; every value is escaped on its way out."""

from __future__ import annotations

from dataclasses import fields
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.review.markdown import link, markdown
from adapters.review.sections import Damaged, headed, renewed
from incident_core.errors import Invalid
from incident_core.record.reviewed import Review

if TYPE_CHECKING:
    from jinja2 import Template

NAME = "review.md.j2"
"""What the template is called, in our folder and in a deployment's own."""

_FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


class Reviews:
    """Writes reviews from this template; what is wrong with it is said when it is used."""

    def __init__(self, template: Path) -> None:
        self._path = template

    def written(self, review: Review) -> str:
        """The whole document. Raises Invalid for a template that cannot be read or rendered."""
        values = {each.name: getattr(review, each.name) for each in fields(review)}
        try:
            return headed(review.key, f"{self._template.render(values).rstrip()}\n")
        except Damaged as fault:
            raise Invalid("templates", f"{self._path} {fault}.") from fault
        except _FAULTS as fault:
            raise Invalid("templates", f"{self._path} cannot be rendered: {_why(fault)}.") from fault

    def renewed(self, review: Review, existing: str) -> str:
        """The same, with what people wrote in the document that there is; an empty one is none.

        Raises Invalid for the template; and for a document that is no review of this incident, or whose
        marks are broken, a sentence without its subject.
        """
        fresh = self.written(review)
        try:
            return renewed(fresh, existing, review.key)
        except Damaged as fault:
            raise Invalid("output", str(fault)) from fault

    @cached_property
    def _template(self) -> Template:
        try:
            source = self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid("templates", f"{self._path} cannot be read: {error}.") from error
        return _engine().from_string(source)


def _why(fault: Exception) -> str:
    said = str(fault).rstrip(".") or type(fault).__name__
    return f"{said} (line {fault.lineno})" if isinstance(fault, TemplateSyntaxError) else said


@cache
def _engine() -> ImmutableSandboxedEnvironment:
    """No automatic escape for HTML: `finalize` sees every value last, only `link` may mark one as safe."""
    engine = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=markdown,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=0,
    )
    engine.filters.update(link=link, plainly=_plainly)
    return engine


def _plainly(name: Any) -> str:
    """A name from the record as people say it: `incident commander`."""
    return str(name).replace("_", " ")
