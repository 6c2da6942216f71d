"""A browser's only way out: request -> rules -> addresses, looked up once -> connection."""
