"""What must still happen after a crash: deliveries and timers, on DBOS, behind two ports."""
