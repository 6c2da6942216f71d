"""What people call the picture on a button -> what sets of icons call it.

The names are those of Font Awesome, Material and Bootstrap icons; a picture that they call by the
word itself has no entry.
"""

from __future__ import annotations

from collections.abc import Mapping

PICTURES: Mapping[str, tuple[str, ...]] = {
    "basket": ("cart", "bag"),
    "bin": ("trash", "delete"),
    "clip": ("attach", "paperclip"),
    "cog": ("gear", "settings"),
    "cross": ("close", "times"),
    "delete": ("trash", "bin"),
    "favourite": ("star", "heart"),
    "forward": ("share",),
    "gear": ("cog", "settings"),
    "heart": ("favorite", "like"),
    "house": ("home",),
    "letter": ("envelope", "mail"),
    "loupe": ("search",),
    "magnifier": ("search",),
    "padlock": ("lock",),
    "pencil": ("edit", "pen"),
    "person": ("user", "account"),
    "reload": ("refresh", "sync"),
    "restart": ("refresh", "reload"),
    "trolley": ("cart",),
    "undo": ("reply", "revert"),
}
