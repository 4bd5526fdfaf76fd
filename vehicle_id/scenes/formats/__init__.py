"""One module for each format of boxes: from its bytes to `SceneBox` rows."""
