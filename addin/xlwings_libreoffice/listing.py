"""A collection whose members are found by number, counted from 1, or by name."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str:
        """Its name."""
        ...


Member = TypeVar("Member", bound=Named)


class Listing(Generic[Member]):
    """What a list of members answers; the class that inherits it gives the members."""

    def members(self) -> list[Member]:
        """The members in order."""
        raise NotImplementedError("A collection says itself what it holds.")

    def __call__(self, key: str | int) -> Member:
        """The member of that name, upper or lower case, or of that number, counted from 1."""
        members = self.members()
        if isinstance(key, str):
            for member in members:
                if member.name.casefold() == key.casefold():
                    return member
        elif 1 <= key <= len(members):
            return members[int(key) - 1]
        raise KeyError(key)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.members())

    def __iter__(self) -> Iterator[Member]:
        """The members in order."""
        return iter(self.members())

    def __contains__(self, key: str | int) -> bool:
        """Whether there is a member of that name or number."""
        try:
            self(key)
        except KeyError:
            return False
        return True
