"""How workers are woken: inside one process, by a condition that its threads wait for."""
