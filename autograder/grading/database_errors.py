"""What a database complains of, in a sentence to whoever can mend it."""

from __future__ import annotations

from collections.abc import Mapping

Sentences = Mapping[tuple[str, ...], str]  # for an error in which one of these words stands; () for any other


def in_a_sentence(error: BaseException, where: str, sentences: Sentences) -> str:
    """The first sentence that fits what SQLAlchemy or a driver raised, with {where} and the driver's own {cause}."""
    said_by = getattr(error, "orig", None) or error
    cause = (str(said_by).strip().splitlines() or [type(said_by).__name__])[0]
    said = f"{type(said_by).__name__}: {cause}"
    fitting = (sentence for words, sentence in sentences.items() if not words or any(word in said for word in words))
    return next(fitting).format(where=where, cause=cause)
