"""What people say in one sentence, as entries of the ledger."""
