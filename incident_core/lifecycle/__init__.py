"""The table; what follows from it: the machine, decisions, the diagram."""
