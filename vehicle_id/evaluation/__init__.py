"""How good a model is on labelled crops. Published numbers come from here, through the light path."""
