"""How workers are woken: by a condition that the threads of a process wait for, and by Redis across them."""
