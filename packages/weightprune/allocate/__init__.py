"""A network, a target -> how sparse each layer is to be: uniform, OWL, probes, descent, search."""
