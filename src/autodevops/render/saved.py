"""Reads saved JSON reports back, so that they can be rendered again in any format."""

from typing import Any, TypeVar, assert_never

import msgspec

from autodevops.errors import ConfigurationError
from autodevops.model.finding import AppliedWaiver, Finding, Fix, Location
from autodevops.model.report import Failure, GuideStamp, Report, Result, Summary, Target
from autodevops.model.verdict import Status, Verdict
from autodevops.render import v1

_ADVICE = "Give a file that `autodevops audit --format json` or `batch --format json` wrote."
_T = TypeVar("_T")


def read_reports(content: bytes, path: str) -> tuple[Result, ...]:
    """Return the results of a saved JSON report; `path` names it in errors.

    Keys that a later version added are passed over.

    Raises:
        ConfigurationError: the content is not such a report, and where it is not.
    """
    document = _decode(content, path)
    match document:
        case v1.Reports():
            return tuple(_result(each) for each in document.reports)
        case v1.Report() | v1.Failure():
            return (_result(document),)
        case _:
            assert_never(document)


def _decode(content: bytes, path: str) -> v1.Document:
    try:
        decoded: v1.Document = msgspec.json.decode(
            content.removeprefix(b"\xef\xbb\xbf"), type=v1.DOCUMENT
        )
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explained(str(error)), advice=_ADVICE, path=path) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"is not JSON: {error}", advice=_ADVICE, path=path) from None
    except RecursionError:
        message = "is nested too deeply to be a report"
        raise ConfigurationError(message, advice=_ADVICE, path=path) from None
    return decoded


def _explained(error: str) -> str:
    if "$.schema" in error or "`schema`" in error or "array" in error:
        known = f"{v1.REPORT}, {v1.REPORTS} and {v1.FAILURE}"
        return f"is not a report that this version reads ({error}); it reads {known}"
    return f"is not a whole report: {error}"


def _result(document: v1.Report | v1.Failure) -> Result:
    if isinstance(document, v1.Failure):
        return Failure(
            target=_like(document.target, Target),
            code=document.error.code,
            message=document.error.message,
            advice=document.error.advice,
        )
    summary = document.summary
    return Report(
        tool_version=document.tool.version,
        target=_like(document.target, Target),
        guide=_like(document.guide, GuideStamp),
        started_at=document.started_at,
        seconds=document.seconds,
        summary=Summary(
            conformance=summary.conformance,
            coverage=summary.coverage,
            complete=summary.complete,
            rules={
                Status(name): count for name, count in msgspec.to_builtins(summary.rules).items()
            },
            findings=msgspec.to_builtins(summary.findings),
        ),
        rules=tuple(_like(rule, Verdict) for rule in document.rules),
        findings=tuple(map(_finding, document.findings)),
        notes=document.notes,
    )


def _finding(saved: v1.Finding) -> Finding:
    values: dict[str, Any] = {name: getattr(saved, name) for name in Finding.__struct_fields__}
    values["locations"] = tuple(_like(location, Location) for location in saved.locations)
    values["fix"] = None if saved.fix is None else _like(saved.fix, Fix)
    values["waiver"] = None if saved.waiver is None else _like(saved.waiver, AppliedWaiver)
    return Finding(**values)


def _like(value: object, shape: type[_T]) -> _T:
    """Return what has the same attributes as one of the model's types."""
    return msgspec.convert(value, shape, from_attributes=True)
