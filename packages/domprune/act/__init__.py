"""Carry out one action on a live page.

action -> the element as it is now -> guard -> attempts -> the page at rest -> executed
"""

from domprune.act.execute import execute

__all__ = ["execute"]
