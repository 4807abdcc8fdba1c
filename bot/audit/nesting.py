"""Groups in groups, read upwards: from a member to all that hold it. Names must be equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


class Nesting:
    """`direct` is each group with its own members; a group may hold itself, through others."""

    def __init__(self, direct: Mapping[str, Iterable[str]]) -> None:
        self._parents: dict[str, list[str]] = {}
        for group, members in direct.items():
            for member in members:
                self._parents.setdefault(member, []).append(group)

    def parents_of(self, member: str) -> Sequence[str]:
        """The groups that hold it directly."""
        return self._parents.get(member, ())

    def upwards(self, starts: Iterable[str]) -> dict[str, str]:
        """The groups and all that they are nested in → the first start that reaches each."""
        reached: dict[str, str] = {}
        for start in starts:
            ahead = [start]
            while ahead:
                here = ahead.pop()
                if here not in reached:
                    reached[here] = start
                    ahead.extend(self.parents_of(here))
        return reached
