"""Who plays the agent: a language model, or rules."""
