"""What operators look at: the health of a process, its metrics and its log; nothing here changes anything."""
