"""From a row of the catalogue to labelled overhead crops. Needs the extra `synth`."""
