"""What relsim says in a classroom, in every language that it speaks: one folder a language, one file a room."""

from relsim.show.words.catalogue import LANGUAGES, Words, words

__all__ = ["LANGUAGES", "Words", "words"]
