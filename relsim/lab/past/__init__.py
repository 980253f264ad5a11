"""A user's own table of past relationships: read and checked, held against the model, and made targets of."""
