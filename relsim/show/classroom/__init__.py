"""The classroom: the comparison and the twins side by side, in a notebook or on a page of its own."""
