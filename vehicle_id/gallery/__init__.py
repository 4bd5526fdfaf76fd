"""Classes of the user's own from a few reference crops, without training: the file of references, and their scores."""
