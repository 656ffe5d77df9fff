"""The steps of a ceremony, what may come next, recording, read-back, and forms."""
