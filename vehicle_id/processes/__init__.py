"""Child processes of this package: how they are started, and what they may do."""
