"""From a georeferenced scene and the boxes of its objects to crops and answers (extra `geo`)."""
