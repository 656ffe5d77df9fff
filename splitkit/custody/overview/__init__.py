"""What people must know of a custody at a glance: what is to be done now, what is coming, who holds what; and the auditor's pack."""
