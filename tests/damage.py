"""Files with values anywhere replaced by junk or left out, for tests of what reads them."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            found += paths(each, (*path, key))
    return found


def damaged(data: st.DataObject, files: Mapping[str, Any], junk: st.SearchStrategy[Any]) -> Any:
    """Return JSON documents by file name with one to three values replaced or left out."""
    found = json.loads(json.dumps(files))
    ways = {name: paths(document) for name, document in files.items()}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(files)))
        *way, last = data.draw(st.sampled_from(ways[name]))
        holder = found[name]
        with suppress(KeyError, IndexError, TypeError):  # an earlier change took the way away
            for key in way:
                holder = holder[key]
            if data.draw(st.booleans()):
                holder[last] = data.draw(junk)
            else:
                del holder[last]
    return found
