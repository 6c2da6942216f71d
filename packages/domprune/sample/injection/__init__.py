"""Two hundred pages that try to make an agent act on something else than it was told.

scenarios.json x kinds/ -> pages, generated when they are asked for
"""

from domprune.sample.injection.pages import InjectionPage, clean_pages, injection_pages

__all__ = ["InjectionPage", "clean_pages", "injection_pages"]
