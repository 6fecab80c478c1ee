"""How fast, how large and how soon: the sandbox beside its peers, measured in one run."""
