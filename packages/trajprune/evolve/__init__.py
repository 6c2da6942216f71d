"""Training sets -> a trained agent (spec, section 6)."""

from trajprune.evolve.learn import learn
from trajprune.evolve.settings import LearnFrom, LearnSettings

__all__ = ["LearnFrom", "LearnSettings", "learn"]
