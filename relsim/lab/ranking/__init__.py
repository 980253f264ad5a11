"""Which of many arms is best, with a promised probability; which may be; and what their names are."""
