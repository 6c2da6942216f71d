"""What an agent may do, whatever its model says: action, element, place -> done or refused."""
