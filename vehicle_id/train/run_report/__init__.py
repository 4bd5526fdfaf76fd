"""What a run leaves for people: pictures, warnings that ask for an act, a report in one file, a draft of the card."""
