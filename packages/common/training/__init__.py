"""Training over TRL, PEFT and Accelerate: rows -> sft, prompts -> grpo -> a model folder."""
