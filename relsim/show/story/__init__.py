"""Lives told in plain paragraphs, in every language that relsim speaks, and never more than the events carry."""

from relsim.show.story.one_life import story
from relsim.show.story.sentences import Sentence, Story
from relsim.show.story.two_lives import twin_story

__all__ = ["Sentence", "Story", "story", "twin_story"]
