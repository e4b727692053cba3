"""The blind conflict check: is this company there already? A state is the answer, to a question that is counted and kept."""
