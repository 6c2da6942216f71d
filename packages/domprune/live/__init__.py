"""A task on live pages: observe, plan, filter, prune, ground, act, until it is done.

task -> (observation -> step)* -> episode; `session` is the browser in which it happens
"""
