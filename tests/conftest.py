"""Settings for every test: Hypothesis judges what tests find, not how long a busy machine takes."""

from hypothesis import settings

settings.register_profile("relsim", deadline=None)
settings.load_profile("relsim")
