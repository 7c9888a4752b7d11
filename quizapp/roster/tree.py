"""The department's tree as it stood at one moment: plain values, about a hundred of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizapp.roster.models import UnitKind


@dataclass(frozen=True)
class Node:
    """A unit or branch with the name and parent it had then."""

    id: int
    code: str
    kind: UnitKind
    name: str
    parent_id: int | None
    position: int


class Tree:
    """The nodes, in the organisation's order."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._children: dict[int | None, list[Node]] = {}
        for node in sorted(self._nodes.values(), key=lambda node: (node.position, node.id)):
            parent = node.parent_id if node.parent_id in self._nodes else None
            self._children.setdefault(parent, []).append(node)

    def __contains__(self, unit_id: int) -> bool:
        return unit_id in self._nodes

    def __getitem__(self, unit_id: int) -> Node:
        """The node of that id. Raises KeyError where it did not exist then."""
        return self._nodes[unit_id]

    def children(self, unit_id: int | None) -> list[Node]:
        """The nodes right under one; those without a parent for None."""
        return self._children.get(unit_id, [])

    def walk(self, unit_id: int | None = None) -> Iterator[Node]:
        """A node and all under it, parents first; the whole tree for None."""
        if unit_id is not None and unit_id in self._nodes:
            yield self._nodes[unit_id]
        for child in self.children(unit_id):
            yield from self.walk(child.id)

    def branches(self, unit_id: int | None = None) -> list[Node]:
        """Every branch at or under a node, in order."""
        return [node for node in self.walk(unit_id) if node.kind is UnitKind.BRANCH]

    def parent(self, unit_id: int) -> Node | None:
        """The node above, if any."""
        parent_id = self._nodes[unit_id].parent_id
        return self._nodes.get(parent_id) if parent_id is not None else None
