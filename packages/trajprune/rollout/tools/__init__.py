"""What agents can do: search, visit, python."""
