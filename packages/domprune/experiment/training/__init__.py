"""Training of the roles: annotated steps -> SFT | GRPO -> a model folder, and its report."""
