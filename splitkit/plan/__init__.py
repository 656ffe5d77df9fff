"""The plan of a set: what people decide, its hash, and its judgement."""
