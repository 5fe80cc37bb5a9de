"""Route files written and edited: comments and order stay, only what changes is touched."""

import difflib
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from api.output import replaced_file

WIDTH = 100

Change = Mapping[str, object]
"""New values by field of `expect`; None takes a field away."""


def _yaml() -> YAML:
    yaml = YAML()
    yaml.version = (1, 2)  # 09:30 is a text
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(value: object) -> str:
    """Return a value as YAML, without the line that names the version."""
    out = io.StringIO()
    _yaml().dump(value, out)
    text = out.getvalue().removeprefix("%YAML 1.2\n---\n")
    return re.sub(r", +\n", ",\n", text)


def case_text(case: Mapping[str, object]) -> str:
    """Return a case as an entry of a file's `cases`, ready to paste."""
    text = _dumped({"cases": [_styled(case)]})
    return text.removeprefix("cases:\n")


def suite_text(header: Mapping[str, object], cases: Sequence[Mapping[str, object]]) -> str:
    """Return a whole file."""
    lines = "".join(f"{name}: {value}\n" for name, value in header.items())
    return f"{lines}cases:\n" + "\n".join(case_text(case) for case in cases)


def appended(path: Path, case: Mapping[str, object]) -> str:
    """Return the text of a file with a case added at its end."""
    text = path.read_text(encoding="utf-8")
    return text.rstrip("\n") + "\n\n" + case_text(case)


def refreshed(text: str, changes: Mapping[int, Change]) -> str:
    """Return the text of a file with expectations of some cases, by position, set anew."""
    document = _yaml().load(text)
    for at, change in changes.items():
        case = document["cases"][at]
        expect = case.get("expect")
        if expect is None:
            expect = case["expect"] = CommentedMap()
        for name, value in change.items():
            if value is None:
                expect.pop(name, None)
            elif isinstance(value, Mapping) and isinstance(expect.get(name), Mapping):
                _merge(expect[name], value)
            else:
                expect[name] = _styled(value)
        if not expect:
            del case["expect"]
    return _dumped(document)


def _merge(into: Any, change: Mapping[str, Any]) -> None:
    """Set what changes in a mapping and in those within it."""
    for key, value in change.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), Mapping):
            _merge(into[key], value)
        else:
            into[key] = value


def loosest(one: Change, other: Change) -> dict[str, object]:
    """Return the change by which what two tests of one case found would both hold.

    Where there is no such value the field is taken away.
    """
    found = dict(one)
    for name, value in other.items():
        held = found.get(name, value)
        if isinstance(held, Mapping) and isinstance(value, Mapping):
            found[name] = {
                key: _looser(key, held.get(key), value.get(key)) for key in {**held, **value}
            }
        elif name == "arrives_by" and held is not None and value is not None:
            found[name] = max(str(held), str(value))
        else:
            found[name] = value if held == value else None
    return found


def _looser(bound: str, one: Any, other: Any) -> Any:
    """Return the looser of two bounds of one unit, as they are written."""
    if one is None or other is None:
        return other if one is None else one
    amounts = {float(str(each).split()[0]): each for each in (one, other)}
    return amounts[min(amounts) if bound == "min" else max(amounts)]


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises OutputError."""
    with replaced_file(path, overwrite=True) as draft:
        draft.write_text(text, encoding="utf-8")


def diff(name: str, before: str, after: str) -> str:
    """Return what changed in a file, as a unified diff."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name
    )
    return "".join(lines)


def _styled(value: object) -> Any:
    """Return a value in the style of route files: what is small stands on one line."""
    if isinstance(value, Mapping):
        found = CommentedMap((key, _styled(each)) for key, each in value.items())
        if all(isinstance(each, str | int | float) for each in value.values()) and len(value) <= 3:
            found.fa.set_flow_style()
        return found
    if isinstance(value, list | tuple):
        listed = CommentedSeq(_styled(each) for each in value)
        if all(isinstance(each, str) for each in value):
            listed.fa.set_flow_style()
        return listed
    return value
