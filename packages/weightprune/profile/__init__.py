"""Weights, input norms, gradients, goals -> what a policy reads about each layer."""
