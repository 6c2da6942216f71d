"""Recovery: pruned network -> adapters under its masks -> better network, as sparse as before."""
