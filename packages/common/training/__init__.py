"""Training over TRL, PEFT and Accelerate: rows -> sft, prompts -> grpo -> a model folder."""

import logging

# It asks on import for a kernel that would have to be downloaded; without it all works.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
