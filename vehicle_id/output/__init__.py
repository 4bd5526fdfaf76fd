"""From answers to files that survive a kill and show an edit."""
