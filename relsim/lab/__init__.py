"""Questions above one comparison: do the worlds meet what is published, what of the article holds, and how firmly?"""
