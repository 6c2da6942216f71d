"""Tools for any agent over the Model Context Protocol: prune_page, ground, act.

client -> server (stdio) -> desk: one thread with one guarded browser
"""
