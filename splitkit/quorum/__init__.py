"""Policy, shares, envelope and gathering: who may open what."""
