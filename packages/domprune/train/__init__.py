"""What training is told: annotated step -> dialogues; sampled answer -> hierarchical reward."""
