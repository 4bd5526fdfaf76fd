"""From a path, array, tar member or manifest row to a chip and the metres that it spans."""
