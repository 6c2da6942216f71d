"""MiniWoB++'s pages as a live benchmark: package -> tasks -> episode -> reward, oracle steps."""
